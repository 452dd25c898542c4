import Checkpoints

/// The bytes of a safetensors file.
enum SafetensorsTarget: FuzzTarget {
  static let name = "safetensors"
  static let seeds = "*.safetensors"

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    let store = try TensorStore(file: folder.write("a.safetensors", input))
    for tensor in store.tensors { _ = try store.doubles(of: tensor.name) }
    _ = try store.contentHash()
  }
}

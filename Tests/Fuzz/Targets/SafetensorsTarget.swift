import Checkpoints

/// The bytes of a safetensors file, and a file that has only their braces and what is between as its header, under its
/// right length.
enum SafetensorsTarget: FuzzTarget {
  static let name = "safetensors"
  static let seeds = "*.safetensors"

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    try? read(folder.write("a.safetensors", input))
    guard let begin = input.firstIndex(of: UInt8(ascii: "{")),
      let end = input.lastIndex(of: UInt8(ascii: "}")), begin < end
    else { return }
    try read(folder.write("b.safetensors", header: Array(input[begin...end])))
  }

  private static func read(_ file: String) throws {
    let store = try TensorStore(file: file)
    for tensor in store.tensors { _ = try store.doubles(of: tensor.name) }
    _ = try store.contentHash()
  }
}

import Checkpoints
import Updates

/// A GGUF file: metadata, names, blocks; and the same file as an adapter over a base that says how many heads it has.
enum GGUFTarget: FuzzTarget {
  static let name = "gguf"
  static let seeds = "*.gguf"

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    try folder.readTensors("a.gguf", input)
    try folder.write(
      "base/config.json",
      Array(#"{"model_type": "llama", "num_attention_heads": 2, "num_key_value_heads": 1}"#.utf8))
    try folder.write("base/model.safetensors", header: Array("{}".utf8))
    let adapter = try AdapterFolder(path: "\(folder.path)/a.gguf")
    let arranged = try adapter.arranged(over: ModelFolder(path: "\(folder.path)/base"))
    for entry in arranged.entries where entry.tensor.dataType.isDecodable {
      _ = try arranged.weights.doubles(of: entry.tensor, elements: 0..<entry.tensor.elementCount)
    }
    for module in try CheckpointUpdates(of: adapter, base: nil).modules { _ = try module.update() }
  }
}

import Checkpoints

/// A GGUF file: metadata, names, blocks.
enum GGUFTarget: FuzzTarget {
  static let name = "gguf"
  static let seeds = "*.gguf"

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    try folder.readTensors("a.gguf", input)
  }
}

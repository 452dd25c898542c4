import Checkpoints

/// A pickle alone, as the object of a file in the older format, whose other pickles and storage are whole.
enum PickleTarget: FuzzTarget {
  static let name = "pickle"
  static let seeds = "*.pkl"

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    let magic: [UInt8] = [0x80, 2, 0x8A, 10] + [UInt8](repeating: 1, count: 10) + [0x2E]
    let number: [UInt8] = [0x80, 2, 0x4B, 1, 0x2E]
    // The list of one key, '0'; then eight elements.
    let keys: [UInt8] = [0x80, 2] + Array("]X\u{1}\u{0}\u{0}\u{0}0a.".utf8)
    let storage: [UInt8] = [8] + [UInt8](repeating: 0, count: 7 + 32)
    try folder.readTensors("a.pt", magic + number + number + input + keys + storage)
  }
}

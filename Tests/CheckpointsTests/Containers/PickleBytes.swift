/// Files in PyTorch's older format, built by hand around one pickle.
enum PickleBytes {
  /// A file with this object, and one storage '0' of these numbers.
  static func file(object: [UInt8], storage: [Float]) -> [UInt8] {
    let magic: [UInt8] = [0x80, 2, 0x8A, 10] + [UInt8](repeating: 1, count: 10) + stop
    let number: [UInt8] = [0x80, 2, 0x4B, 1] + stop
    let keys = [0x80, 2] + Array("]".utf8) + text("0") + Array("a".utf8) + stop
    let elements = storage.flatMap { $0.bitPattern.bytes }
    return magic + number + number + object + keys + UInt64(storage.count).bytes + elements
  }

  /// A dictionary of one tensor 'a' of floats.
  static func tensor(offset: UInt8, size: [UInt8], stride: [UInt8]) -> [UInt8] {
    let storage =
      Array("((".utf8) + text("storage") + Array("ctorch\nFloatStorage\n".utf8) + text("0")
      + text("cpu") + number(8) + Array("tQ".utf8)
    let view = number(offset) + tuple(size) + tuple(stride) + [0x89] + Array("}tR".utf8)
    return [0x80, 2] + Array("}".utf8) + text("a")
      + Array("ctorch._utils\n_rebuild_tensor_v2\n".utf8) + storage + view + Array("s".utf8) + stop
  }

  static let stop: [UInt8] = [0x2E]

  static func text(_ text: String) -> [UInt8] {
    [0x58] + UInt32(text.utf8.count).bytes + Array(text.utf8)
  }

  static func number(_ number: UInt8) -> [UInt8] { [0x4B, number] }

  private static func tuple(_ numbers: [UInt8]) -> [UInt8] {
    Array("(".utf8) + numbers.flatMap(number) + Array("t".utf8)
  }
}

import Checkpoints

/// An event file of TensorBoard, as it is and as the message of a record whose checksums fit.
enum TensorBoardTarget: FuzzTarget {
  static let name = "tensorboard"
  static let seeds = "events.out.tfevents.*"

  static func read(_ input: [UInt8], in _: FuzzFolder) throws {
    let file = "events.out.tfevents.0.host"
    let length = littleEndian(UInt64(input.count), bytes: 8)
    let record =
      length + littleEndian(masked(length), bytes: 4) + input
      + littleEndian(masked(input), bytes: 4)
    for row in LogReaders.rows(of: input, named: file) + LogReaders.rows(of: record, named: file) {
      _ = row.reward
    }
  }

  private static func masked(_ bytes: [UInt8]) -> UInt64 {
    let sum = checksum(bytes, polynomial: 0x82F6_3B78)
    return UInt64((sum >> 15 | sum << 17) &+ 0xA282_EAD8)
  }
}

/// A cyclic redundancy check, bit by bit.
func checksum(_ bytes: [UInt8], polynomial: UInt32) -> UInt32 {
  ~bytes.reduce(~0) { value, byte in
    (0..<8).reduce(value ^ UInt32(byte)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1
    }
  }
}

func littleEndian(_ value: UInt64, bytes: Int) -> [UInt8] {
  (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// The bytes of an event file of TensorBoard, framed by hand.
enum TensorBoardBytes {
  /// An event with one number.
  static func event(time: Double, step: UInt8, _ tag: String, _ value: Float) -> [UInt8] {
    let scalar = field(1, Array(tag.utf8)) + [2 << 3 | 5] + value.bitPattern.bytes
    return [1 << 3 | 1] + time.bitPattern.bytes + [2 << 3, step] + field(5, field(1, scalar))
  }

  static func file(_ events: [[UInt8]]) -> [UInt8] {
    events.flatMap { event in
      let length = UInt64(event.count).bytes
      return length + masked(length).bytes + event + masked(event).bytes
    }
  }

  private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    [number << 3 | 2, UInt8(bytes.count)] + bytes
  }

  /// CRC-32C, bit by bit, as TFRecord stores it.
  private static func masked(_ bytes: [UInt8]) -> UInt32 {
    var sum = ~UInt32(0)
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
    }
    sum = ~sum
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }
}

/// The bytes of a W&B file, framed by hand.
enum WandbBytes {
  /// A record with a row of JSON values.
  static func history(_ values: [String: String]) -> [UInt8] {
    let items = values.sorted { $0.key < $1.key }.flatMap { key, json in
      field(1, field(1, Array(key.utf8)) + field(16, Array(json.utf8)))
    }
    return field(2, items)
  }

  static func file(_ records: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = Array(":W&B".utf8) + [0xE1, 0xBE, 0]
    for record in records {
      var rest = record[...]
      var isFirst = true
      repeat {
        let left = 32_768 - bytes.count % 32_768
        if left < 7 {
          bytes += [UInt8](repeating: 0, count: left)
          continue
        }
        let part = rest.prefix(left - 7)
        rest = rest.dropFirst(part.count)
        let kind: UInt8 = isFirst ? (rest.isEmpty ? 1 : 2) : rest.isEmpty ? 4 : 3
        isFirst = false
        let sum = checksum([kind] + part)
        bytes += (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
        bytes += [UInt8(truncatingIfNeeded: part.count), UInt8(part.count >> 8), kind] + part
      } while !rest.isEmpty
    }
    return bytes
  }

  private static func field(_ number: Int, _ bytes: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(bytes.count) + bytes
  }

  private static func varint(_ value: Int) -> [UInt8] {
    value < 128 ? [UInt8(value)] : [UInt8(value & 127 | 128)] + varint(value >> 7)
  }

  /// CRC-32, bit by bit.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { value, byte in
      (0..<8).reduce(value ^ UInt32(byte)) { value, _ in
        value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
      }
    }
  }
}

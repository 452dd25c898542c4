/// A cyclic redundancy check of 32 bits, by a table, least significant bit first.
struct CyclicChecksum: Sendable {
  /// That of gzip and zlib.
  static let ieee = CyclicChecksum(polynomial: 0xEDB8_8320)
  /// Castagnoli's, CRC-32C.
  static let castagnoli = CyclicChecksum(polynomial: 0x82F6_3B78)

  private let table: [UInt32]

  private init(polynomial: UInt32) {
    table = (0..<256).map { index in
      (0..<8).reduce(UInt32(index)) { value, _ in
        value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1
      }
    }
  }

  func of(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { value, byte in
      value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)]
    }
  }
}

/// The fields of a message in the encoding of Protocol Buffers.
struct ProtocolMessage {
  enum Value {
    case number(UInt64)
    case fixed64(UInt64)
    case bytes(ArraySlice<UInt8>)
    case fixed32(UInt32)
  }

  /// In the order of the message.
  private(set) var fields: [(number: Int, value: Value)] = []

  /// No record of a log has more; one of many empty fields needs twenty times its size in memory.
  private static let fieldLimit = 1 << 18

  /// Nil if the bytes are no message. Groups and endless messages, which no log has, are none.
  init?(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while !rest.isEmpty {
      guard fields.count < Self.fieldLimit, let key = Self.number(from: &rest), key >> 3 > 0,
        let number = Int(exactly: key >> 3)
      else { return nil }
      switch key & 7 {
      case 0:
        guard let value = Self.number(from: &rest) else { return nil }
        fields.append((number, .number(value)))
      case 1:
        guard let value = rest.popLittleEndian(UInt64.self) else { return nil }
        fields.append((number, .fixed64(value)))
      case 2:
        guard let length = Self.number(from: &rest), length <= rest.count else { return nil }
        fields.append((number, .bytes(rest.prefix(Int(length)))))
        rest = rest.dropFirst(Int(length))
      case 5:
        guard let value = rest.popLittleEndian(UInt32.self) else { return nil }
        fields.append((number, .fixed32(value)))
      default: return nil
      }
    }
  }

  /// Seven bits a byte, the lowest first; at most ten bytes.
  private static func number(from rest: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }

  /// The messages in the fields of this number; those that are none are left out.
  func messages(_ number: Int) -> [ProtocolMessage] {
    bytes(number).compactMap(ProtocolMessage.init)
  }

  func texts(_ number: Int) -> [String] {
    bytes(number).map { String(decoding: $0, as: UTF8.self) }
  }

  func bytes(_ number: Int) -> [ArraySlice<UInt8>] {
    fields.compactMap { field in
      if field.number == number, case .bytes(let bytes) = field.value { bytes } else { nil }
    }
  }

  /// The last number of this field. Negative ones are stored in ten bytes.
  func integer(_ number: Int) -> Int? {
    fields.last { $0.number == number }.flatMap { field in
      if case .number(let value) = field.value { Int(truncatingIfNeeded: value) } else { nil }
    }
  }

  /// The last number of single precision of this field.
  func float(_ number: Int) -> Double? {
    fields.last { $0.number == number }.flatMap { field in
      if case .fixed32(let bits) = field.value { Double(Float(bitPattern: bits)) } else { nil }
    }
  }

  /// The last number of double precision of this field.
  func double(_ number: Int) -> Double? {
    fields.last { $0.number == number }.flatMap { field in
      if case .fixed64(let bits) = field.value { Double(bitPattern: bits) } else { nil }
    }
  }
}

extension ArraySlice<UInt8> {
  /// Takes a little-endian number from the front; nil, with nothing taken, if too few bytes are left.
  mutating func popLittleEndian<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
    let size = Number.bitWidth / 8
    guard count >= size else { return nil }
    let value = prefix(size).reversed().reduce(Number(0)) {
      $0 << 8 | Number(truncatingIfNeeded: $1)
    }
    removeFirst(size)
    return value
  }
}

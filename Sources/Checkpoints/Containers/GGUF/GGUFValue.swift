/// A value of a GGUF file's metadata. Long arrays, such as the tokens, are stepped over.
enum GGUFValue: Sendable, Equatable {
  case integer(Int)
  case real(Double)
  case flag(Bool)
  case text(String)
  /// An array of integers, one for each layer for example.
  case integers([Int])
  /// An array or a long text that is not kept.
  case skipped

  /// Longer arrays are not kept: no model has as many layers.
  private static let longestArray = 4096

  /// Longer texts, such as the template of a chat, are not kept.
  private static let longestText = 1024

  /// The value as a whole number, if it is one.
  var integer: Int? { if case .integer(let value) = self { value } else { nil } }
  var text: String? { if case .text(let value) = self { value } else { nil } }

  /// The number of a layer: the same for all, or its own.
  func integer(ofLayer layer: Int) -> Int? {
    switch self {
    case .integer(let value): value
    case .integers(let values): values.indices.contains(layer) ? values[layer] : nil
    default: nil
    }
  }

  init(reading cursor: inout FileCursor, key: String) throws(CheckpointError) {
    let type = try cursor.integer(UInt32.self, "the type of '\(key)'")
    if type != 9 {
      self = try Self.scalar(type, &cursor, key: key)
      return
    }
    let element = try cursor.integer(UInt32.self, "the type of '\(key)'")
    let count = try cursor.length("the length of '\(key)'")
    if let width = Self.width(of: element) {
      // Both factors are below 2^63 / 8, because the count is at most the size of the file.
      if count > Self.longestArray || element == 6 || element == 7 || element == 12 {
        try cursor.skip(count * width, "'\(key)'")
        self = .skipped
        return
      }
      var values: [Int] = []
      for _ in 0..<count {
        guard case .integer(let value) = try Self.scalar(element, &cursor, key: key) else {
          continue
        }
        values.append(value)
      }
      self = .integers(values)
    } else if element == 8 {
      for _ in 0..<count {
        try cursor.skip(cursor.length("the length of a text of '\(key)'"), "a text of '\(key)'")
      }
      self = .skipped
    } else {
      throw cursor.damaged("'\(key)' is an array of the type \(element)")
    }
  }

  /// The bytes of a scalar; nil for texts, arrays and what is no type.
  private static func width(of type: UInt32) -> Int? {
    switch type {
    case 0, 1, 7: 1
    case 2, 3: 2
    case 4, 5, 6: 4
    case 10, 11, 12: 8
    default: nil
    }
  }

  private static func scalar(
    _ type: UInt32, _ cursor: inout FileCursor, key: String
  ) throws(CheckpointError) -> GGUFValue {
    let field = "'\(key)'"
    switch type {
    case 0: return .integer(Int(try cursor.integer(UInt8.self, field)))
    case 1: return .integer(Int(try cursor.integer(Int8.self, field)))
    case 2: return .integer(Int(try cursor.integer(UInt16.self, field)))
    case 3: return .integer(Int(try cursor.integer(Int16.self, field)))
    case 4: return .integer(Int(try cursor.integer(UInt32.self, field)))
    case 5: return .integer(Int(try cursor.integer(Int32.self, field)))
    case 6: return .real(Double(Float(bitPattern: try cursor.integer(UInt32.self, field))))
    case 7: return .flag(try cursor.integer(UInt8.self, field) != 0)
    case 8:
      let count = try cursor.length("the length of \(field)")
      if count <= longestText {
        return .text(String(decoding: try cursor.bytes(count, field), as: UTF8.self))
      }
      try cursor.skip(count, field)
      return .skipped
    case 10:
      let value = try cursor.integer(UInt64.self, field)
      return Int(exactly: value).map(GGUFValue.integer) ?? .real(Double(value))
    case 11: return .integer(Int(try cursor.integer(Int64.self, field)))
    case 12: return .real(Double(bitPattern: try cursor.integer(UInt64.self, field)))
    default: throw cursor.damaged("'\(key)' is of the type \(type)")
    }
  }
}

extension GGUFValue: CustomStringConvertible {
  var description: String {
    switch self {
    case .integer(let value): "\(value)"
    case .real(let value): "\(value)"
    case .flag(let value): "\(value)"
    case .text(let value): value
    case .integers(let values): "\(values)"
    case .skipped: "…"
    }
  }
}

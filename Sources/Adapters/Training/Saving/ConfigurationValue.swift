/// A value of a configuration file, for whoever writes it as JSON.
public enum ConfigurationValue: Sendable, Equatable, Encodable {
  case null
  case flag(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([ConfigurationValue])
  case table([String: ConfigurationValue])

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .flag(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .table(let values): try container.encode(values)
    }
  }
}

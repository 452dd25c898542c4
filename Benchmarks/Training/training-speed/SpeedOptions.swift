/// What the command line asks for.
struct SpeedOptions {
  var width = 64
  var threads = 1
  var repeats = 20

  /// Reads `--name value` pairs.
  /// - Parameter arguments: Without the program's name.
  /// - Throws: ``SpeedError`` for an unknown name, a missing value, or one out of range.
  init(parsing arguments: [String]) throws(SpeedError) {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      let value = rest.popFirst()
      switch name {
      case "--width": width = try Self.number(value, of: name, multipleOf: 64)
      case "--threads": threads = try Self.number(value, of: name, multipleOf: 1)
      case "--repeats": repeats = try Self.number(value, of: name, multipleOf: 1)
      default: throw .unknownOption(name)
      }
    }
  }

  private static func number(
    _ text: String?, of name: String, multipleOf step: Int
  ) throws(SpeedError) -> Int {
    guard let text, let number = Int(text), number > 0, number % step == 0 else {
      throw .badValue(option: name, found: text, multipleOf: step)
    }
    return number
  }
}

/// Why nothing was measured.
enum SpeedError: Error, CustomStringConvertible {
  case unknownOption(String)
  case badValue(option: String, found: String?, multipleOf: Int)

  var description: String {
    switch self {
    case .unknownOption(let name):
      "unknown option '\(name)': there are --width, --threads and --repeats"
    case .badValue(let option, let found, let step):
      "\(option) is a positive multiple of \(step), not \(found.map { "'\($0)'" } ?? "nothing")"
    }
  }
}

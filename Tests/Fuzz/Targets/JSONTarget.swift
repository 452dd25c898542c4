import Documents

/// JSON, with and without Python's NaN; what was read is written and read again.
enum JSONTarget: FuzzTarget {
  static let name = "json"
  static let seeds = "*.json"

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    _ = try? JSONValue(parsing: input, dialect: .python)
    let value = try JSONValue(parsing: input)
    let again = try JSONValue(parsing: Array(value.line.utf8))
    precondition(again.line == value.line, "JSON that was written reads as it was")
  }
}

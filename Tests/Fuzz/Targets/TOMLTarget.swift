import TOMLKit

/// TOML, after the check of what toml++ takes for granted. `TOMLSyntax.swift` here is a link to that of the program,
/// whose target no other can depend on.
enum TOMLTarget: FuzzTarget {
  static let name = "toml"
  static let seeds = "*.toml"

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    let text = String(decoding: input, as: UTF8.self)
    try TOMLSyntax.check(text)
    let table = try TOMLTable(string: text)
    for key in table.keys { _ = table[key]?.string }
  }
}

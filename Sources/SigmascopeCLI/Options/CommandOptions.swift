import ArgumentParser
import Documents

/// The options and flags of a command, as the parser describes them.
struct CommandOptions {
  struct Option {
    /// Long, with hyphens.
    let name: String
    let takesSeveral: Bool
  }

  /// Those that take values, by every name that may be typed.
  private(set) var valued: [String: Option] = [:]
  /// The long names of all, without hyphens.
  private(set) var names: Set = ["help"]
  /// The long names of those that take no value, without hyphens.
  private(set) var flags: Set<String> = []

  /// The long names that were typed: `targets` of `--targets v_proj` and of `--targets=v_proj`.
  static func names(in arguments: [String]) -> Set<String> {
    Set(
      arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }.map {
        String($0.prefix { $0 != "=" }.dropFirst(2))
      })
  }

  init(of command: any ParsableCommand.Type) {
    let known = try? JSONValue(parsing: Array(command._dumpHelp().utf8))["command"]?["arguments"]
    for argument in known?.array ?? [] {
      let typed = (argument["names"]?.array ?? []).compactMap { name -> String? in
        guard let text = name["name"]?.string else { return nil }
        return (name["kind"]?.string == "short" ? "-" : "--") + text
      }
      let long = typed.filter { $0.hasPrefix("--") }
      names.formUnion(long.map { String($0.dropFirst(2)) })
      if argument["kind"]?.string == "flag" {
        flags.formUnion(long.map { String($0.dropFirst(2)) })
      }
      guard argument["kind"]?.string == "option", let name = long.first else { continue }
      let option = Option(name: name, takesSeveral: argument["isRepeating"]?.boolean == true)
      for name in typed { valued[name] = option }
    }
  }
}

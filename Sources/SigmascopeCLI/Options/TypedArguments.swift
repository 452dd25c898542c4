import ArgumentParser
import Documents

/// What was typed, in the form that the parser takes.
///
/// The parser takes `-1` for an option and `1e-3,3e-3` for one value. Here a number below zero after an option is its
/// value, so that the option can say its range, and options that take several values take them with commas too.
struct TypedArguments {
  /// By every name that may be typed.
  private let options: [String: Option]

  private struct Option {
    /// Long, with hyphens.
    let name: String
    let takesSeveral: Bool
  }

  /// The arguments of a command line.
  /// - Parameter arguments: With the program's name first.
  static func prepared(_ arguments: [String]) -> [String] {
    let (command, rest) = Sigmascope.command(of: arguments.dropFirst())
    // Nothing else is changed.
    let isPlain = !rest.contains { $0.contains(",") || isNegative($0) }
    guard let command, !isPlain else { return arguments }
    return arguments.dropLast(rest.count) + TypedArguments(for: command).prepared(rest)
  }

  private init(for command: any ParsableCommand.Type) {
    let known = try? JSONValue(parsing: Array(command._dumpHelp().utf8))["command"]?["arguments"]
    options = (known?.array ?? []).reduce(into: [:]) { options, argument in
      guard argument["kind"]?.string == "option" else { return }
      let names = (argument["names"]?.array ?? []).compactMap { name -> String? in
        guard let text = name["name"]?.string else { return nil }
        return (name["kind"]?.string == "short" ? "-" : "--") + text
      }
      guard let long = names.first(where: { $0.hasPrefix("--") }) else { return }
      let option = Option(
        name: long,
        takesSeveral: argument["isRepeating"]?.boolean == true && !Self.keepingCommas.contains(long)
      )
      for name in names { options[name] = option }
    }
  }

  /// Their values may hold commas, which `TrainingSettings` divides.
  private static let keepingCommas: Set = ["--task-option"]

  private func prepared(_ arguments: ArraySlice<String>) -> [String] {
    var result: [String] = []
    // Whose value may come next.
    var current: Option?
    for (index, argument) in zip(arguments.indices, arguments) {
      if argument == "--" { return result + arguments[index...] }
      if let option = current, Self.isNegative(argument) || !argument.hasPrefix("-") {
        let values = option.takesSeveral ? Self.values(argument) : [argument]
        if values.first.map(Self.isNegative) == true,
          result.last.map({ options[$0] != nil }) == true
        {
          result.removeLast()
        }
        result += values.map { Self.isNegative($0) ? "\(option.name)=\($0)" : $0 }
        if !option.takesSeveral { current = nil }
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let option = options[String(parts[0])]
      current = parts.count == 1 || option?.takesSeveral == true ? option : nil
      if let option, option.takesSeveral, parts.count == 2 {
        result += Self.values(String(parts[1])).map { "\(option.name)=\($0)" }
      } else {
        result.append(argument)
      }
    }
    return result
  }

  /// Without commas; a text of nothing else stays as it is.
  private static func values(_ text: String) -> [String] {
    let values = text.split { $0 == "," || $0.isWhitespace }.map(String.init)
    return values.isEmpty ? [text] : values
  }

  private static func isNegative(_ text: String) -> Bool {
    text.hasPrefix("-")
      && text.split(separator: ",").first.flatMap { Double($0) } != nil
  }
}

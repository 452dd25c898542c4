import ArgumentParser

/// What was typed, in the form that the parser takes.
///
/// The parser takes `-1` for an option and `1e-3,3e-3` for one value. Here a number below zero after an option is its
/// value, so that the option can say its range, and options that take several values take them with commas too.
struct TypedArguments {
  /// By every name that may be typed.
  private let options: [String: CommandOptions.Option]

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
    options = CommandOptions(of: command).valued
  }

  /// Their values may hold commas, which `TrainingSettings` divides.
  private static let keepingCommas: Set = ["--task-option"]

  private func prepared(_ arguments: ArraySlice<String>) -> [String] {
    var result: [String] = []
    // Whose value may come next.
    var current: CommandOptions.Option?
    for (index, argument) in zip(arguments.indices, arguments) {
      if argument == "--" { return result + arguments[index...] }
      if let option = current, Self.isNegative(argument) || !argument.hasPrefix("-") {
        let values = Self.divides(option) ? Self.values(argument) : [argument]
        if values.first.map(Self.isNegative) == true,
          result.last.map({ options[$0] != nil }) == true
        {
          result.removeLast()
        }
        result += values.map { Self.isNegative($0) ? "\(option.name)=\($0)" : $0 }
        if !Self.divides(option) { current = nil }
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let option = options[String(parts[0])]
      current = parts.count == 1 || option.map(Self.divides) == true ? option : nil
      if let option, Self.divides(option), parts.count == 2 {
        result += Self.values(String(parts[1])).map { "\(option.name)=\($0)" }
      } else {
        result.append(argument)
      }
    }
    return result
  }

  private static func divides(_ option: CommandOptions.Option) -> Bool {
    option.takesSeveral && !keepingCommas.contains(option.name)
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

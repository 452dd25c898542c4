import ArgumentParser
import Training

extension TrainCommand {
  /// The arguments of the program without its name, with the options of a `--config` file put before
  /// those that were typed, so that the latter win.
  /// - Throws: ``ConfigurationError`` with the line at fault.
  static func expanding(_ arguments: [String]) throws -> [String] {
    let typed = Array(arguments.dropFirst())
    guard typed.first == configuration.commandName, let path = path(in: typed) else { return typed }
    let file = try ConfigurationFile(path: path, options: optionNames)
    let rest = Array(typed.dropFirst())
    do {
      _ = try parse(file.arguments + rest)
    } catch {
      let message = message(for: error)
      if let line = file.line(namedIn: message) {
        throw ConfigurationError(path: path, line: line, reason: message)
      }
    }
    return [typed[0]] + file.arguments + rest
  }

  private static func path(in arguments: [String]) -> String? {
    for (index, argument) in arguments.enumerated() {
      if argument == "--config", index + 1 < arguments.count { return arguments[index + 1] }
      if argument.hasPrefix("--config=") { return String(argument.dropFirst("--config=".count)) }
    }
    return nil
  }

  /// The long names that a configuration file may have: the settings of a run, and where and how it is carried out.
  static let optionNames = Set(
    TrainingSettings.names + ["base", "out", "threads", "live", "quiet"])
}

import ArgumentParser
import Training

extension TrainCommand {
  /// The arguments of the program without its name, with the options of a `--config` file that were not typed.
  /// - Throws: ``ConfigurationError`` with the line at fault.
  static func expanding(_ arguments: [String]) throws -> [String] {
    let typed = Array(arguments.dropFirst())
    guard typed.first == configuration.commandName, let path = path(in: typed) else { return typed }
    let file = try ConfigurationFile(path: path, options: optionNames, flags: flagNames)
    let rest = Array(typed.dropFirst())
    let arguments = file.arguments(besides: CommandOptions.names(in: rest))
    do {
      _ = try parse(arguments + rest)
    } catch {
      let message = message(for: error)
      let line = file.line(namedIn: message)
      // What is wrong without the file is a fault of what was typed.
      if line != nil || fault(in: rest) != message {
        throw ConfigurationError(path: path, line: line, reason: message)
      }
    }
    return [typed[0]] + arguments + rest
  }

  /// What is wrong with arguments; nil if nothing is.
  private static func fault(in arguments: [String]) -> String? {
    do {
      _ = try parse(arguments)
      return nil
    } catch {
      return message(for: error)
    }
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

  /// Those of them that are true or false.
  static let flagNames = CommandOptions(of: TrainCommand.self).flags
}

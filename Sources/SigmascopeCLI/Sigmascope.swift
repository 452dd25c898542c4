import ArgumentParser
import Documents
import LinearAlgebra

/// The command line: the only place that knows every module.
@main
struct Sigmascope: AsyncParsableCommand {
  static let version = "0.2.0"

  static let configuration = CommandConfiguration(
    commandName: "sigmascope",
    abstract: "A spectral microscope for fine-tuning: what did training do to the weights?",
    discussion: """
      Start with a folder that Hugging Face's tools wrote:

        sigmascope analyze path/to/run
        sigmascope inspect path/to/adapter
      """,
    version: version,
    subcommands: [
      AnalyzeCommand.self, InspectCommand.self, AdviseCommand.self, TrainCommand.self,
      PretrainCommand.self, SweepCommand.self, ReproduceCommand.self, CompareCommand.self,
      CheckCommand.self, DiffCommand.self, ExtractCommand.self, ResizeCommand.self,
      ConvertCommand.self, MergeCommand.self, SystemCommand.self, ListCommand.self,
      DoctorCommand.self,
    ])

  static func main() async {
    Terminal.occupyClosedDescriptors()
    Terminal.ignoreBrokenPipes()
    AddressSpace.requireRoom()
    MatrixMemory.keepFreedBlocks()
    Niceness.keep()
    // Our own tasks run in parallel, each on one thread.
    ThreadCount.set(1)
    do {
      try checkName(of: CommandLine.arguments.dropFirst().first)
      let command = subcommand(named: CommandLine.arguments.dropFirst().first)
      let advice =
        command is any TakesBaseAsArgument.Type ? "as the first argument" : BaseAdvice.words
      await BaseAdvice.$words.withValue(advice) { await carryOut() }
    } catch {
      Failure(error).exit()
    }
  }

  /// Carries out the command line.
  private static func carryOut() async {
    do {
      var command = try parsed(TrainCommand.expanding(CommandLine.arguments))
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      try Terminal.finishResults()
    } catch {
      Failure(error).exit()
    }
  }

  /// The command that the arguments ask for. An option that it does not have is told before anything that is missing.
  private static func parsed(_ arguments: [String]?) throws -> any ParsableCommand {
    do {
      return try parseAsRoot(arguments)
    } catch {
      // A request for help comes as an error of success.
      if exitCode(for: error) != .success {
        try ForeignOptions.check(CommandLine.arguments.dropFirst())
      }
      throw error
    }
  }

  /// The command of a name or an alias.
  static func subcommand(named name: String?) -> (any ParsableCommand.Type)? {
    configuration.subcommands.first { type in
      type.configuration.commandName == name || type.configuration.aliases.contains(name ?? "")
    }
  }

  /// Throws if the first argument is no command but resembles one; the error names that command.
  private static func checkName(of command: String?) throws {
    let names = configuration.subcommands.flatMap { type in
      [type.configuration.commandName].compactMap { $0 } + type.configuration.aliases
    }
    guard let command, !command.hasPrefix("-"), command != "help", !names.contains(command),
      let nearest = NearestName.of(command, in: names + ["--version", "--help"])
    else { return }
    throw ValidationError("There is no command '\(command)'; the nearest is '\(nearest)'.")
  }
}

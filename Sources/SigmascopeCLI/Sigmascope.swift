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
      try checkNames(in: CommandLine.arguments.dropFirst())
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
      let arguments = TypedArguments.prepared(CommandLine.arguments)
      var command = try parsed(TrainCommand.expanding(arguments))
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
  static func subcommand(
    named name: String?, of type: any ParsableCommand.Type = Sigmascope.self
  ) -> (any ParsableCommand.Type)? {
    type.configuration.subcommands.first { type in
      type.configuration.commandName == name || type.configuration.aliases.contains(name ?? "")
    }
  }

  /// The command that a command line names, the inner one of several, and what follows its name.
  static func command(
    of arguments: ArraySlice<String>
  ) -> (type: (any ParsableCommand.Type)?, rest: ArraySlice<String>) {
    var rest = arguments
    guard var type = subcommand(named: rest.popFirst()) else { return (nil, rest) }
    while let inner = subcommand(named: rest.first, of: type) {
      type = inner
      rest = rest.dropFirst()
    }
    return (type, rest)
  }

  /// Throws if the first argument is no command but resembles one, and if help is asked for what is no command; the error
  /// names the nearest.
  private static func checkNames(in arguments: ArraySlice<String>) throws {
    guard let first = arguments.first else { return }
    guard first == "help" else {
      return try check(first, in: self, others: ["--version", "--help"])
    }
    var type: any ParsableCommand.Type = self
    for name in arguments.dropFirst() where !name.hasPrefix("-") {
      if type.configuration.subcommands.isEmpty { return }
      try check(name, in: type, others: [])
      guard let inner = subcommand(named: name, of: type) else {
        if name == "help" { return }
        throw ValidationError("There is no command '\(name)'; 'sigmascope --help' lists them.")
      }
      type = inner
    }
  }

  private static func check(
    _ name: String, in type: any ParsableCommand.Type, others: [String]
  ) throws {
    let names = type.configuration.subcommands.flatMap { type in
      [type.configuration.commandName].compactMap { $0 } + type.configuration.aliases
    }
    guard !name.hasPrefix("-"), name != "help", !names.contains(name),
      let nearest = NearestName.of(name, in: names + others)
    else { return }
    throw ValidationError("There is no command '\(name)'; the nearest is '\(nearest)'.")
  }
}

import ArgumentParser
import LinearAlgebra

/// The command line: the only place that knows every module.
@main
struct Sigmascope: AsyncParsableCommand {
  static let version = "0.1.0"

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
      AnalyzeCommand.self, InspectCommand.self, TrainCommand.self, PretrainCommand.self,
      ReproduceCommand.self, CompareCommand.self,
      ListCommand.self, DoctorCommand.self,
    ])

  static func main() async {
    MatrixMemory.keepFreedBlocks()
    // Tasks of ours work side by side, each on one thread.
    ThreadCount.set(1)
    do {
      var command = try parseAsRoot(TrainCommand.expanding(CommandLine.arguments))
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      Failure(error).exit()
    }
  }
}

import ArgumentParser
import Experiments

/// Makes a LoRA out of two checkpoints with all weights.
struct ExtractCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Make a LoRA out of a base and a checkpoint that was tuned whole.",
    discussion: """
      Each matrix is decomposed exactly (LAPACK), and its best factors of the chosen rank are kept. --plan says \
      first what would be lost. Rules of rank: sigmascope list rank-rules.

      Examples:
        sigmascope extract base tuned --rank 16 --plan
        sigmascope extract base tuned --rank 16 --text sample.txt --plan
        sigmascope extract base tuned --rank energy=0.95 --max-rank 64 --out lora
        sigmascope extract base tuned --rank budget=2M --type bfloat16 --out lora
        sigmascope extract base tuned --rank 16 --out lora --report update
      """)

  @Argument(
    help: "The base model: a folder, a file, or a name in the local Hugging Face cache.",
    completion: .file())
  var base: String

  @Argument(help: "The tuned checkpoint, or a run whose last one is taken.", completion: .file())
  var tuned: String

  @Option(
    help: "How ranks are chosen: a number, auto, energy=SHARE, budget=PARAMETERS, …",
    transform: RankOption.init(argument:))
  var rank: RankOption

  @OptionGroup var output: AdapterOutputArguments

  func run() async throws {
    let source = try ReductionSource.difference(
      base: EmbeddedBase.resolve(base), tuned: tuned)
    let analysis = [tuned, "--base", base]
    try await output.run(
      source, output.options(rank),
      origin: AdapterCard.Origin(command: "extract", checkpoint: tuned, rank: rank.text),
      analysis: analysis)
    if !output.json, output.report == nil {
      Terminal.show("all about the update: \(OwnCommand.text(of: ["analyze"] + analysis))")
    }
  }
}

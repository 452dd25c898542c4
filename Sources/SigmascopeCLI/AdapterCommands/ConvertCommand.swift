import ArgumentParser
import Experiments

/// Writes an adapter in other names, another type, or as a LoRA on the true base.
struct ConvertCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write an adapter as a LoRA on its true base, in other names or another type.",
    discussion: """
      A LoRA keeps its factors. One that started from a part of its base (PiSSA, MiLoRA, OLoRA, …) becomes a LoRA of \
      twice the rank that loads on the base itself. Another method becomes a LoRA exactly where its update has a \
      low rank; else choose what may be lost with --rank.

      Examples:
        sigmascope convert pissa-adapter --out lora
        sigmascope convert adapter --format mlx --out adapter-mlx
        sigmascope convert dora-adapter --rank 32 --type bfloat16 --out lora
      """)

  @Argument(help: "The adapter, or a run whose last one is taken.", completion: .file())
  var adapter: String

  @Option(
    help: ArgumentHelp(
      "How ranks are chosen, where something may be lost. (default: exact, and nothing is lost)"),
    transform: RankOption.init(argument:))
  var rank: RankOption?

  @OptionGroup var base: BaseArguments

  @Option(help: "The alpha of an adapter whose configuration has lost it.")
  var alpha: Double?

  @OptionGroup var output: AdapterOutputArguments

  func validate() throws { try AlphaOption.validate(alpha) }

  func run() async throws {
    let source = try ReductionSource.adapter(at: adapter, base: base.choice(), alpha: alpha)
    let rule = try rank ?? RankOption(argument: "exact")
    var options = output.options(rule)
    options.keepsFactors = rank == nil && output.maxRank == nil && !output.equalRanks
    options.refusesFullRank = rank == nil
    try await output.run(
      source, options,
      origin: AdapterCard.Origin(command: "convert", checkpoint: adapter, rank: rule.text),
      analysis: [adapter] + base.arguments + AlphaOption.arguments(alpha))
  }
}

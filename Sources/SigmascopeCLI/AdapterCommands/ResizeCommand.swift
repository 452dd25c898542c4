import ArgumentParser
import Experiments

/// Gives an adapter other ranks.
struct ResizeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resize",
    abstract: "Give an adapter other ranks; any adapter that inspect reads becomes a LoRA.",
    discussion: """
      The best factors of the new rank are kept, and what is lost is said (--plan: before anything is written). \
      kohya's rules are sv-ratio, sv-fro and sv-cumulative, without the directions that its script takes \
      too many. All rules: sigmascope list rank-rules.

      Examples:
        sigmascope resize adapter --rank auto --plan
        sigmascope resize adapter --rank 8 --out adapter-r8
        sigmascope resize lora.safetensors --rank sv-fro=0.95 --format kohya --out s
      """)

  @Argument(help: "The adapter, or a run whose last one is taken.", completion: .file())
  var adapter: String

  @Option(
    help: "How ranks are chosen: a number, auto, energy=SHARE, budget=PARAMETERS, …",
    transform: RankOption.init(argument:))
  var rank: RankOption

  @OptionGroup var base: BaseArguments

  @Option(help: "The alpha of an adapter whose configuration has lost it.")
  var alpha: Double?

  @OptionGroup var output: AdapterOutputArguments

  func validate() throws { try AlphaOption.validate(alpha) }

  func run() async throws {
    let source = try ReductionSource.adapter(at: adapter, base: base.choice(), alpha: alpha)
    try await output.run(
      source, output.options(rank),
      origin: AdapterCard.Origin(command: "resize", checkpoint: adapter, rank: rank.text),
      analysis: [adapter] + base.arguments + AlphaOption.arguments(alpha))
  }
}

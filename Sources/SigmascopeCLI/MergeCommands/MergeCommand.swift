import ArgumentParser
import Checkpoints
import Documents
import Experiments
import Foundation
import Merging

/// Merges an adapter into its base.
struct MergeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Merge an adapter into its base: a checkpoint with all weights.",
    discussion: """
      The result has the base's files, types, tokenizer and configuration. For LoRA and its nearest relatives it \
      is bit for bit what PEFT merges on a processor. It appears whole or not at all, and replaces nothing. What \
      rounding takes away of the update is said; 'check' compares the result with base and adapter.

      Examples:
        sigmascope merge base adapter --out merged
        sigmascope merge base adapter --out merged --rounding stochastic --seed 7
        sigmascope merge base adapter --out merged --type bfloat16
      """)

  @Argument(
    help: "The base model: a folder, a file, or a name in the local Hugging Face cache.",
    completion: .file())
  var base: String

  @Argument(
    help: "The adapter, or a run whose last checkpoint is merged.", completion: .file())
  var adapter: String

  @Option(
    name: [.short, .long],
    help: "The folder of the merged checkpoint, which must not exist.", completion: .directory)
  var out: String

  @Option(help: "How merged weights are rounded: nearest or stochastic.")
  var rounding = RoundingOption.nearest

  @Option(help: "The seed of stochastic rounding.")
  var seed: UInt64?

  @Option(
    help: "The type of all weights: float32, float16 or bfloat16. (default: those of the base)")
  var type: StorageTypeOption?

  @Option(help: "The alpha of an adapter whose configuration has lost it.")
  var alpha: Double?

  @OptionGroup var otherBase: OtherBaseArguments

  @OptionGroup var jobs: JobsArguments

  @OptionGroup var continuation: ContinuationArguments

  @Flag(help: "Print JSON for scripts.")
  var json = false

  enum RoundingOption: String, ExpressibleByArgument, CaseIterable { case nearest, stochastic }

  func validate() throws {
    try AlphaOption.validate(alpha)
    if seed != nil, rounding == .nearest {
      throw ValidationError("--seed is for --rounding stochastic.")
    }
  }

  func run() async throws {
    let command = self
    let summary = try await Interruption.cancelling { try await command.merge() }
    if json {
      try Terminal.showJSON(summary)
    } else {
      show(summary)
    }
  }

  private func merge() async throws -> MergeSummary {
    try PartialWork.checkAbsent(out)
    let model = try ModelFolder(path: EmbeddedBase.path(of: base))
    let input = try MergeInput(path: adapter)
    let plan = try MergePlan(
      base: model, adapter: input, type: type?.dataType, alpha: alpha,
      allowsOtherBase: otherBase.allowOtherBase)
    let work = try continuation.work(
      for: out,
      [
        "merge", FileStamp.all(of: input.sources + [model.path]), base, adapter,
        rounding.rawValue, seed.map { "\($0)" }, type?.rawValue, alpha.map { "\($0)" },
      ])
    let merge = ModelMerge(
      plan, rounding: rounding == .nearest ? .nearest : .stochastic(seed: seed ?? 0))
    return try await continuation.publishing(work) {
      try await merge.write(
        into: work, jobs: jobs.count,
        card: MergeCard(base: base, adapter: adapter, model: model).text(of:))
    }
  }

  private func show(_ summary: MergeSummary) {
    Terminal.show(
      "\(summary.title) merged into \(summary.weights.count) of \(summary.tensors) tensors, \(summary.type), rounded "
        + summary.rounding)
    Terminal.showSwallowed(summary.swallowedShare)
    for finding in summary.findings { Terminal.show("Note: \(finding)") }
    Terminal.show("model: \(URL(fileURLWithPath: out).path)")
  }
}

import Adapters
import ArgumentParser
import Experiments
import Foundation
import LinearAlgebra
import Studies
import Training

/// Says before training which learning rates starts bear.
struct AdviseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "advise",
    abstract: "Say which learning rate each start bears on your base and task, before you train.",
    discussion: """
      A start dies at the rate at which a step moves the policy too far. A few short runs of five steps find \
      that rate: seconds a start, in place of runs that die. See docs/advice.md.

      Examples:
        sigmascope advise
        sigmascope advise --base base --task sort --adapter lora pissa miss --rank 4
        sigmascope advise --adapter lora pissa --dropout 0.05 --bisect
        sigmascope advise --run probe --texts answers.jsonl
      """)

  @Option(
    help: """
      The base: a Hugging Face folder of a Llama, Qwen2 or Gemma 3 decoder, or scratchpad for the small \
      base inside the program. (default: scratchpad; with --run the one that the run names)
      """, completion: .directory)
  var base: String?

  @Option(
    help: """
      The first steps of a run that was trained elsewhere, at a small rate: a folder with a checkpoint \
      a step, or with a log of the divergence of each step.
      """, completion: .directory)
  var run: String?

  @Option(
    help: """
      With --run: prompts and answers, such as the run's own, one JSON object a line. The policies of \
      its checkpoints read them.
      """, completion: .file())
  var texts: String?

  @OptionGroup var starts: StartArguments

  @Option(
    name: [.short, .long], help: "The folder of the report.", completion: .directory)
  var out = "sigmascope-advice"

  @Flag(
    help: "Also train whole runs and find the rate at which they die: a minute or more a start.")
  var bisect = false

  @Option(help: "With --bisect: the steps of a whole run. (default: 60)")
  var steps: Int?

  @OptionGroup var trials: TrialArguments

  @OptionGroup var plots: PlotArguments

  @Flag(name: [.short, .long], help: "Print nothing but errors.")
  var quiet = false

  func validate() throws {
    if steps != nil, !bisect { throw ValidationError("--steps is for --bisect.") }
    if texts != nil, run == nil { throw ValidationError("--texts needs --run.") }
    if run != nil {
      let useless = CommandOptions.names(in: OwnCommand.arguments).subtracting(Self.optionsOfRun)
      if let option = useless.min() {
        throw ValidationError(
          "--run reads a run that is there, and trains nothing: give it without --\(option).")
      }
      if base != nil, texts == nil {
        throw ValidationError("With --run, --base reads the --texts: give both or none.")
      }
    }
    guard trials.objective.objective != TrainingSettings.demonstrations else {
      throw ValidationError(
        "advise probes training by rewards: give an --objective other than sft.")
    }
    for name in starts.adapter { try settings(adapter: name, seed: 0).validate() }
  }

  private static let optionsOfRun: Set = ["run", "texts", "base", "out", "quiet"]

  func run() async throws {
    let command = self
    try await Interruption.cancelling { try await command.advise() }
  }

  private func advise() async throws {
    let output = AdviceOutput(folder: out, media: plots.media, isQuiet: quiet)
    try output.checkFolder()
    if let run {
      let choice = try base.map { BaseChoice.given(try EmbeddedBase.resolve($0)) } ?? .named
      let probed = try RunProbe(path: run, base: choice, texts: texts).advice()
      output.announceReplacement()
      return try output.write(probed)
    }
    try output.write(try await probedStarts(showing: output))
  }

  private func probedStarts(showing output: AdviceOutput) async throws -> RateAdvice {
    let base = base ?? EmbeddedBase.name
    let folder = try EmbeddedBase.resolve(base)
    let plan = AdvicePlan(
      basePath: folder,
      starts: try starts.adapter.map { name in
        (name, try starts.seeds.map { try RunSpecification(settings(adapter: name, seed: $0)) })
      }, wholeRunSteps: bisect ? wholeSteps : nil)
    let runner = try AdviceRunner(plan, jobs: starts.jobs ?? ThreadCount.processors)
    output.announceReplacement()
    let found = try await runner.run(progress: output.show)
    return RateAdvice(
      base: base, task: trials.task.task, baseline: starts.baseline ?? starts.adapter[0],
      starts: found,
      cautions: AdviceCautions.all(for: try settings(adapter: starts.adapter[0], seed: 0)),
      command: ["sigmascope"] + CommandLine.arguments.dropFirst(), version: Sigmascope.version)
  }

  private var wholeSteps: Int { steps ?? 60 }

  private func settings(adapter: String, seed: Int) throws -> TrainingSettings {
    var settings = trials.settings(adapter: adapter, seed: seed, steps: wholeSteps)
    settings.evaluateEvery = 0
    return settings
  }
}

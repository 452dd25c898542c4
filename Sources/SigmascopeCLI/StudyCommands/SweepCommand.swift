import ArgumentParser
import Experiments
import Foundation
import Reports
import Studies
import Training

/// Trains starts at learning rates on a base and task of one's own, and says which to take.
struct SweepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Train starts at learning rates on your base and data; say which to take.",
    discussion: """
      Every start is trained at every rate with every seed, and judged on held-out problems. A sweep that was \
      stopped goes on with --resume; with more starts, rates or seeds, what is finished is kept. For the range of \
      rates that a start bears, in seconds, see advise; for arms that differ in other options, see reproduce --study.

      Examples:
        sigmascope sweep --base base --data mine.jsonl
        sigmascope sweep --adapter lora pissa --rates 3e-4 1e-3 3e-3 --seeds 0 1 2
        sigmascope sweep --base base --task sort --rank 4 --steps 200 --plan
      """)

  @Option(
    help: """
      The base: a Hugging Face folder of a Llama, Qwen2 or Gemma 3 decoder, or scratchpad for the small \
      base inside the program.
      """, completion: .directory)
  var base = EmbeddedBase.name

  @Option(
    help: "Your problems: prompts and answers, one JSON object a line; short for --task jsonl.",
    completion: .file())
  var data: String?

  @OptionGroup var starts: StartArguments

  @Option(parsing: .upToNextOption, help: "Each start is trained at each of these learning rates.")
  var rates = [1e-4, 3e-4, 1e-3, 3e-3]

  @Option(help: "The steps of a run.")
  var steps = TrainingSettings.default.steps

  @Option(
    name: [.short, .long], help: "The folder of the sweep; its report is in report/.",
    completion: .directory)
  var out = "sigmascope-sweep"

  @Option(
    help: """
      K: how many principal directions shares and angles are taken over. analyze and compare take 16; numbers of \
      different K are not comparable.
      """)
  var top = 8

  @OptionGroup var trials: TrialArguments

  @OptionGroup var distribution: DistributionArguments

  @OptionGroup var plots: PlotArguments

  @Flag(help: "Print the plan and stop.")
  var plan = false

  @OptionGroup var resumption: ResumeArguments

  @Flag(name: [.short, .long], help: "Print nothing but errors.")
  var quiet = false

  func validate() throws {
    if top < 1 { throw ValidationError("--top must be at least 1.") }
    guard !rates.isEmpty, Set(rates).count == rates.count,
      rates.allSatisfy({ $0 > 0 && $0.isFinite })
    else {
      throw ValidationError(
        "--rates must be different learning rates above 0, such as --rates 3e-4 1e-3.")
    }
    if data != nil, trials.task.task != TrainingSettings.default.task {
      throw ValidationError("--data brings its own task: leave out --task.")
    }
    try distribution.validate(isPlan: plan)
    for name in starts.adapter {
      for rate in rates { try settings(adapter: name, rate: rate, seed: 0).validate() }
    }
  }

  func run() async throws {
    let command = self
    try await Interruption.cancelling { try await command.sweep() }
  }

  private func sweep() async throws {
    let session = StudySession(
      try study(), in: out, jobs: starts.jobs, topCount: top, resumption: resumption, isQuiet: quiet
    )
    if plan { return try session.showPlan() }
    try await distribution.carryingOut(isQuiet: quiet) { distribution in
      guard let results = try await session.results(over: distribution) else { return }
      try StudyOutput(results, command: CommandLine.arguments, judgesClaims: false)
        .write(to: "\(out)/report", media: plots.media, isQuiet: quiet)
    }
  }

  private func study() throws -> PlannedStudy {
    let runs = try starts.adapter.flatMap { name in
      try rates.flatMap { rate in
        try starts.seeds.map { seed in
          var specification = try RunSpecification(settings(adapter: name, rate: rate, seed: seed))
          // The weights are measured while they train.
          specification.options.saveSteps = []
          return try PlannedRun(
            name: "\(name)-lr\(TOMLOptions.short(rate))-seed\(seed)", arm: name,
            specification: specification)
        }
      }
    }
    let source = data.map { URL(fileURLWithPath: $0).lastPathComponent } ?? trials.task.task
    return PlannedStudy(
      title: "Starts and learning rates on \(source)", basePath: try EmbeddedBase.resolve(base),
      common: runs[0].factors.withoutRate, baseline: starts.baseline ?? starts.adapter[0],
      runs: runs)
  }

  private func settings(adapter: String, rate: Double, seed: Int) throws -> TrainingSettings {
    var settings = trials.settings(adapter: adapter, seed: seed, steps: steps)
    settings.learningRate = rate
    if let data {
      settings.task = "jsonl"
      settings.taskOption = ["file=\(data)"] + settings.taskOption
    }
    return settings
  }
}

import ArgumentParser
import Experiments
import Foundation
import Reports

/// Trains many runs from one base, compares them with statistics, and judges the claims of papers.
struct ReproduceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce",
    abstract: "Train methods, starts, learning rates and seeds; say which claims of papers hold.",
    discussion: """
      A study is a TOML file of options of train, with arms that change some of them; the presets are such \
      files, which --show prints. A study that was stopped goes on with --resume; with more seeds, what is \
      finished is kept.

      Examples:
        sigmascope reproduce
        sigmascope reproduce --preset full --out results/full
        sigmascope reproduce --study mine.toml --seeds 0 1 2 --out results/mine
        sigmascope reproduce --preset full --out results/full --shard 3/64
        sigmascope reproduce --preset quick --plan
        sigmascope reproduce --preset quick --show > mine.toml
      """)

  @Option(help: "A study that is part of the program: \(StudyPreset.help).")
  var preset = StudyPreset.quick

  @Option(help: "A study of your own: a TOML file.", completion: .file(extensions: ["toml"]))
  var study: String?

  @Option(parsing: .upToNextOption, help: "Seeds in place of the study's.")
  var seeds: [Int] = []

  @Option(
    name: [.short, .long], help: "The folder of the study; its report is in report/.",
    completion: .directory)
  var out = "sigmascope-study"

  @Option(help: "How many runs train at once, one thread each. (default: the processors)")
  var jobs: Int?

  @OptionGroup var distribution: DistributionArguments

  @Option(
    help: """
      K: how many principal directions shares and angles are taken over. An eighth of those of the small \
      base; analyze and compare take 16, for models of usual width.
      """)
  var top = 8

  @OptionGroup var plots: PlotArguments

  @Flag(help: "Print the plan and stop.")
  var plan = false

  @Flag(help: "Print the file of the preset and stop.")
  var show = false

  @OptionGroup var resumption: ResumeArguments

  @Option(
    help: """
      Train this share of the finished runs again, drawn at random, and say whether every number is the \
      same; nothing is changed.
      """)
  var verify: Double?

  @Flag(name: [.short, .long], help: "Print nothing but errors.")
  var quiet = false

  func validate() throws {
    if show, study != nil { throw ValidationError("--show prints a --preset, not a --study.") }
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1.") }
    if top < 1 { throw ValidationError("--top must be at least 1.") }
    if !seeds.isEmpty { try SeedList.validate(seeds) }
    if let verify, !(verify > 0 && verify <= 1) {
      throw ValidationError("--verify must lie above 0 and at most at 1.")
    }
    if plan, verify != nil {
      throw ValidationError(
        "--plan says what would be trained, and --verify trains again: give one of them.")
    }
    try distribution.validate(isPlan: plan)
    try distribution.validate(forbidding: "--verify", where: verify != nil)
  }

  func run() async throws {
    let command = self
    try await Interruption.cancelling { try await command.reproduce() }
  }

  private func reproduce() async throws {
    if show { return print(preset.text, terminator: "") }
    let file = try study.map(StudyFile.init(path:)) ?? StudyFile(preset)
    let session = StudySession(
      try file.study(seeds: seeds.isEmpty ? nil : seeds), in: out, jobs: jobs, topCount: top,
      resumption: resumption, isQuiet: quiet)
    if plan { return try session.showPlan() }
    if let verify { return try await self.verify(session.runner, share: verify) }
    try await distribution.carryingOut(isQuiet: quiet) { distribution in
      guard let results = try await session.results(over: distribution) else { return }
      try StudyOutput(results, command: CommandLine.arguments)
        .write(to: "\(out)/report", media: plots.media, isQuiet: quiet)
    }
  }

  /// Trains some finished runs again beside the study and compares.
  private func verify(_ runner: StudyRunner, share: Double) async throws {
    let outcome = try await runner.verify(share: share) { drawn in
      if !quiet { Terminal.say("trains \(StudySession.runs(drawn)) again, \(runner.jobs) at once") }
    }
    for name in outcome.different { Terminal.show("differs: \(name)") }
    Terminal.show(
      outcome.different.isEmpty
        ? "\(outcome.checked) runs trained again: every number is the same"
        : "\(outcome.different.count) of \(outcome.checked) runs differ")
    if !outcome.different.isEmpty { throw Failure.negativeAnswer }
  }
}

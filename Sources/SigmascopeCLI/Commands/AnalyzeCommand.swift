import ArgumentParser
import Checkpoints
import Diagnosis
import Experiments
import Foundation
import Reports
import Spectra

/// Reads checkpoints, compares each weight update with its base and writes tables, plots and a page.
struct AnalyzeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Say what fine-tuning did to the weights: tables, plots and a page.",
    discussion: """
      PATH may be a PEFT adapter, a full checkpoint, a run folder with checkpoint-N in it, a folder of \
      such runs, or a single file of weights. What it is, is found out.

      Examples:
        sigmascope analyze outputs/grpo-lora
        sigmascope analyze outputs/full --base Qwen/Qwen2.5-0.5B
        sigmascope analyze outputs/grpo-lora --modules 'mlp|q_proj' --metrics cheap
        sigmascope analyze outputs/grpo-lora --steps last --fail-on collapse
        sigmascope analyze outputs/grpo-lora --plan
        sigmascope analyze outputs/full --base Qwen/Qwen2.5-0.5B --shard 3/64
      """,
    aliases: ["analyse"])

  @Argument(
    help: ArgumentHelp("Checkpoints, runs or folders of runs.", valueName: "path"),
    completion: .file())
  var paths: [String]

  @OptionGroup var base: BaseArguments

  @Option(
    name: [.short, .long], help: "The folder to write; it appears whole or not at all.",
    completion: .directory)
  var out = "sigmascope-report"

  @Option(help: "Analyse only modules whose name matches this regular expression.")
  var modules: String?

  @Option(help: "Analyse only these steps: 'last', 'first', or a list such as '0,100,200-400'.")
  var steps: StepList?

  @Option(
    help: """
      Compute only these metrics, separated by commas (see 'sigmascope list metrics'); 'cheap' stands \
      for all that need neither the spectrum of W + ΔW nor a look at single entries.
      """, completion: MetricList.completion(of: MetricList.ofRuns),
    transform: { try MetricList(argument: $0, of: MetricList.ofRuns) })
  var metrics: MetricList?

  @Option(
    help: """
      K: how many principal directions shares and angles are taken over. reproduce takes 8; numbers of \
      different K are not comparable.
      """)
  var top = 16

  @Option(help: "The alpha of adapters whose configuration has lost it.")
  var alpha: Double?

  @Option(help: "Random orientations drawn for nulls without a closed form; 0 leaves them out.")
  var nullSamples = 0

  @Option(
    help: """
      How much of a base's singular basis is computed: full, head (the K leading directions, by block \
      Lanczos; without metrics that need all), or auto (head beyond 6,144 directions).
      """)
  var basis = BasisOption(.automatic)

  @OptionGroup var work: WorkArguments

  @OptionGroup var distribution: DistributionArguments

  @Option(help: "What to write, separated by commas: csv, json, svg, html.")
  var formats = FormatList.all

  @Option(
    help: """
      Write only these tables, separated by commas: \(AnalysisTables.names.joined(separator: ", ")). \
      (default: all)
      """, completion: TableList.completion, transform: { try TableList(argument: $0) })
  var tables: TableList?

  @OptionGroup var plots: PlotArguments

  @Flag(
    help: """
      Only say what the analysis would take (operations, bytes, memory, time), from shapes and the speed of \
      one product of matrices; compute and write nothing.
      """)
  var plan = false

  @OptionGroup var resumption: ResumeArguments

  @Flag(help: "Keep looking for new checkpoints, and update the report, until stopped.")
  var watch = false

  @OptionGroup var cache: CacheArguments

  @Option(
    help: """
      Exit with code 1 if a run is in this state or a worse one: suspicion, divergence, collapse or \
      non-finite.
      """)
  var failOn: [FailCondition] = []

  @Flag(name: [.short, .long], help: "Print nothing but errors.")
  var quiet = false

  @Flag(name: [.short, .long], help: "Print every finding, and what each run did to the weights.")
  var verbose = false

  func validate() throws {
    if paths.isEmpty { throw ValidationError("Give at least one path to analyse.") }
    try AlphaOption.validate(alpha)
    if plan, watch || resumption.resume || !failOn.isEmpty {
      throw ValidationError(
        "--plan computes nothing, so it goes with neither --watch, --resume nor --fail-on.")
    }
    if tables != nil, !formats.formats.contains(.csv) {
      throw ValidationError("--tables chooses among tables: give csv among the --formats.")
    }
    if top < 1 { throw ValidationError("--top must be at least 1.") }
    guard (0...Self.nullSampleLimit).contains(nullSamples) else {
      throw ValidationError("--null-samples must lie between 0 and \(Self.nullSampleLimit).")
    }
    try ModuleOption.validate(modules)
    try distribution.validate(isPlan: plan)
    try distribution.validate(forbidding: "--watch", where: watch)
    try distribution.validate(forbidding: "--fail-on", where: !failOn.isEmpty)
  }

  /// Their standard error is then a thousandth of the spread.
  private static let nullSampleLimit = 1_000_000

  func run() async throws {
    if plan { return try showPlan() }
    try await carryOut(as: OwnCommand.arguments)
  }

  /// Analyses, writes the report and prints what was found.
  /// - Parameter arguments: Those that make the same report, for itself and for who continues the work.
  func carryOut(as arguments: [String]) async throws {
    let command = self
    let analysis = try await Interruption.cancelling(
      saying: "stopped; to continue: \(OwnCommand.resuming(arguments))"
    ) {
      if command.watch { return try await command.watchForCheckpoints(as: arguments) }
      return try await command.distribution.carryingOut(isQuiet: command.quiet) { distribution in
        try await command.analyze(
          Discovery.runs(at: command.paths), as: arguments, resuming: command.resumption.resume,
          over: distribution)
      }
    }
    if let analysis, failOn.contains(where: { $0.holds(for: analysis) }) {
      throw Failure.negativeAnswer
    }
  }

  /// Says what the analysis would take.
  private func showPlan() throws {
    let runs = try Discovery.runs(at: paths)
    let plan = try plannedWork(of: runs)
    let engine = AnalysisRunner(options, work, cache).engine
    Terminal.show(
      WorkEstimate(of: plan.groups, by: engine, rate: ProductRate.measured()), by: engine)
  }

  private func plannedWork(of runs: [Run]) throws -> AnalysisPlan {
    let plan = try AnalysisPlan(of: runs, selecting: selection(of: runs))
    try plan.requireModules(option: "--modules", pattern: modules ?? "")
    try plan.requireSteps(option: "--steps")
    return plan
  }

  private var options: AnalysisOptions {
    AnalysisOptions(
      topCount: top,
      metrics: (metrics?.names ?? Set(MetricList.ofRuns)).union(Verdict.neededMetrics),
      nullSamples: nullSamples, basis: basis.extent)
  }

  /// Analyses the runs as they are now and writes the report.
  /// - Returns: Nil if another process writes the report.
  private func analyze(
    _ runs: [Run], as arguments: [String], resuming: Bool,
    over distribution: any WorkDistribution = LocalDistribution()
  ) async throws -> Analysis? {
    let workspace = try AnalysisWorkspace(output: out, shard: self.distribution.shard)
    try ReportFolder.checkReplaceable(workspace.output)
    let plan = try plannedWork(of: runs)
    let analysis = try await AnalysisRunner(options, work, cache, as: arguments).analysis(
      of: plan, in: workspace, resuming: resuming, mixingKernels: resumption.mixKernels,
      over: distribution, isQuiet: quiet,
      started: { announce(plan, resuming: resuming, workspace) })
    if let analysis { try write(analysis, to: workspace) }
    return analysis
  }

  /// Writes the report in place of an older one, prints what was found, and removes the journal.
  private func write(_ analysis: Analysis, to workspace: AnalysisWorkspace) throws {
    try ReportFolder.write(
      try Report.files(
        of: analysis, formats: formats.formats,
        tables: tables?.names ?? Set(AnalysisTables.names), media: plots.media),
      to: workspace.output)
    if !watch { workspace.remove() }
    guard !quiet else { return }
    AnalysisOutput(analysis, isVerbose: verbose).show()
    let page = formats.formats.contains(.html) ? "report.html" : ""
    Terminal.show("report: \(workspace.output.appendingPathComponent(page).path)")
  }

  private func selection(of runs: [Run]) throws -> AnalysisSelection {
    let steps = steps
    return AnalysisSelection(
      base: try base.choice(), alpha: alpha, includesModule: ModuleOption.selection(modules),
      includesStep: { run, step in steps?.includes(step, among: run) ?? true })
  }

  private func announce(_ plan: AnalysisPlan, resuming: Bool, _ workspace: AnalysisWorkspace) {
    let isShard = workspace.shard != nil
    // A watched report is replaced again and again; the first time is the one to speak of.
    if !(watch && resuming), !isShard { Terminal.announceReplacement(of: workspace.output) }
    if workspace.hasUnfinishedWork, !resuming, !isShard {
      Terminal.say("note: starting over; --resume would continue the unfinished analysis")
    }
    let units = plan.groups.reduce(0) { $0 + $1.units.count }
    for run in plan.runs {
      Terminal.say(
        "\(run.run.name): \(run.method), \(run.steps.count) checkpoint\(run.steps.count == 1 ? "" : "s")"
          + (run.base.map { ", base \($0.model.path) (\($0.origin.rawValue))" }
            ?? ", no base: only the updates' own metrics"))
      // Warnings first: what is merely said may wait.
      let sorted = run.warnings + run.findings.filter { !run.warnings.contains($0) }
      for finding in sorted.prefix(verbose ? .max : 3) {
        Terminal.say("  \(run.warnings.contains(finding) ? "!" : "·") \(finding)")
      }
      if !verbose, sorted.count > 3 {
        Terminal.say("  … \(sorted.count - 3) more with --verbose")
      }
    }
    Terminal.say("\(units) matrices to analyse")
  }

  /// Analyses whenever there are new checkpoints, until interrupted; waits for the first one.
  /// - Returns: The last analysis.
  private func watchForCheckpoints(as arguments: [String]) async throws -> Analysis? {
    var analysis: Analysis?
    var said = ""
    var watch = CheckpointWatch { try Discovery.begunRuns(at: paths) }
    while true {
      let new = try await watch.look(
        losing: { if !quiet { Terminal.say("\($0); looking again") } },
        { runs, isFirst in
          try await analyze(runs, as: arguments, resuming: resumption.resume || !isFirst)
        })
      analysis = new ?? analysis
      let next = watch.isEmpty ? "the first checkpoint" : "new checkpoints"
      if said != next, !quiet { Terminal.say("watching for \(next); Ctrl-C ends") }
      said = next
      do {
        try await Task.sleep(for: .seconds(10))
      } catch {
        // Interrupted before there was anything to analyse.
        guard let analysis else { throw error }
        return analysis
      }
    }
  }
}

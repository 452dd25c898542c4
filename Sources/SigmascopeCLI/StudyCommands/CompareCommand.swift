import Adapters
import ArgumentParser
import Checkpoints
import Diagnosis
import Documents
import Experiments
import Foundation
import Reports
import Spectra
import Studies

/// Compares runs that were made anywhere, with statistics over seeds.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract:
      "Compare runs side by side, like with like: what each reached, with intervals over seeds.",
    discussion: """
      Each path is a run, a folder of runs (those of TRL's and Trainer's, or of train), or a study of \
      reproduce. Only like is compared with like: runs of one base and one kind of training, by what says \
      how they went. Runs of a method with the same settings are one arm; seeds are read from the run's \
      files or from names such as lora-seed1.

      Examples:
        sigmascope compare outputs/grpo-* --baseline lora
        sigmascope compare outputs --base Qwen/Qwen2.5-0.5B --out comparison
        sigmascope compare results/study-one results/study-two
      """)

  @Argument(
    help: ArgumentHelp("Runs, folders of runs, or studies.", valueName: "path"),
    completion: .directory)
  var paths: [String]

  @Option(
    help: """
      The method or arm that the others are compared with; lora by default. Of several arms of a method the one with the \
      most runs is taken.
      """,
    completion: .list(AdapterChoice.keys))
  var baseline: String?

  @OptionGroup var base: BaseArguments

  @Option(
    name: [.short, .long], help: "The folder to write; it appears whole or not at all.",
    completion: .directory)
  var out = "sigmascope-comparison"

  @Option(
    help: """
      K: how many principal directions shares and angles are taken over. reproduce takes 8; numbers of \
      different K are not comparable.
      """)
  var top = 16

  @OptionGroup var work: WorkArguments

  @OptionGroup var distribution: DistributionArguments

  @OptionGroup var cache: CacheArguments

  @OptionGroup var plots: PlotArguments

  @OptionGroup var resumption: ResumeArguments

  @Flag(name: [.short, .long], help: "Print nothing but errors.")
  var quiet = false

  func validate() throws {
    if paths.isEmpty { throw ValidationError("Give at least one path to compare.") }
    if top < 1 { throw ValidationError("--top must be at least 1.") }
  }

  func run() async throws {
    let command = self
    try await Interruption.cancelling {
      try await command.distribution.carryingOut(isQuiet: command.quiet) {
        try await command.compare(over: $0)
      }
    }
  }

  private func compare(over distribution: any WorkDistribution) async throws {
    let workspace = try AnalysisWorkspace(output: out, shard: self.distribution.shard)
    try ReportFolder.checkReplaceable(workspace.output)
    let studies = try paths.map(StudyFolder.init(path:)).filter { try $0.exists }
    let others = paths.filter { path in !studies.contains { $0.path == path } }
    var groups = try studies.map { try $0.results() }
    var notes: [String] = []
    let runs = others.isEmpty ? [] : try Discovery.runs(at: others)
    let isLeader = distribution.role == .leader
    let plan =
      runs.isEmpty
      ? nil
      : try AnalysisPlan(
        of: runs, selecting: AnalysisSelection(base: try base.choice(), unread: .kept))
    if let baseline { try Self.checkBaseline(baseline, among: groups, plan) }
    if !quiet, isLeader { Terminal.announceReplacement(of: workspace.output) }
    if let plan {
      if let analysis = try await analyze(plan, in: workspace, over: distribution) {
        groups += try StudyResults.groups(of: analysis, baseline: baseline)
        notes = plan.notes
      }
    }
    guard isLeader else { return }
    if let baseline {
      let found = groups.map { $0.arm(named: baseline) }
      guard found.contains(where: { $0 != nil }) else {
        throw ComparisonError.noArm(baseline, available: groups.flatMap(\.arms))
      }
      for (index, arm) in found.enumerated() {
        if let arm { groups[index].baseline = arm }
      }
    }
    try ComparisonOutput(groups, titled: paths.map(\.lastComponent).joined(separator: ", "), notes)
      .write(to: workspace.output, media: plots.media, isQuiet: quiet)
    workspace.remove()
  }

  /// Throws before the work if no run can be of the baseline. Which arms there are is known only after it: the name of one
  /// begins with its method.
  private static func checkBaseline(
    _ name: String, among studies: [StudyResults], _ plan: AnalysisPlan?
  ) throws {
    let methods = plan?.runs.map(\.method) ?? []
    let isKnown =
      methods.contains { name == $0 || name.hasPrefix("\($0), ") || name.hasPrefix("\($0) (") }
      || studies.contains { $0.arm(named: name) != nil }
    if !isKnown {
      throw ComparisonError.noArm(name, available: methods + studies.flatMap(\.arms))
    }
  }

  private func analyze(
    _ plan: AnalysisPlan, in workspace: AnalysisWorkspace,
    over distribution: any WorkDistribution
  ) async throws -> Analysis? {
    try await AnalysisRunner(AnalysisOptions(topCount: top), work, cache).analysis(
      of: plan, in: workspace, resuming: resumption.resume,
      mixingKernels: resumption.mixKernels, over: distribution, isQuiet: quiet)
  }
}

/// Why runs cannot be compared.
enum ComparisonError: BadInput {
  /// No arm or method has this name.
  case noArm(String, available: [String])

  var description: String {
    switch self {
    case .noArm(let name, let available):
      "--baseline '\(name)' is none of the arms here: \(Self.each(available).joined(separator: ", "))"
    }
  }

  var isUnknownName: Bool { true }

  private static func each(_ names: [String]) -> [String] {
    var seen = Set<String>()
    return names.filter { seen.insert($0).inserted }
  }
}

extension String {
  /// The last part of a path.
  fileprivate var lastComponent: String { URL(fileURLWithPath: self).lastPathComponent }
}

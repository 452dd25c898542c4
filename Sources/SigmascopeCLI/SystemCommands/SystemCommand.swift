import ArgumentParser
import Experiments
import Foundation
import LinearAlgebra
import Reports
import Studies
import Systems

/// Systems of related papers: trained, measured, and judged by the papers' claims.
struct SystemCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "system",
    abstract:
      "Train the small version of a related paper's system, and judge what the paper claims.",
    discussion: """
      A system has arms, such as the paper's method and its rivals, and each arm runs with several seeds. \
      docs/related-systems.md describes them.

      Examples:
        sigmascope system list
        sigmascope system run rolora-linear
      """,
    subcommands: [SystemListCommand.self, SystemRunCommand.self])
}

/// Prints the systems.
struct SystemListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the systems with their arms and claims.",
    discussion: """
      Example:
        sigmascope system list
      """)

  func run() {
    for system in SystemRegistry.all {
      let description = system.description
      print("\(description.name): \(description.summary)")
      print("  paper   \(description.paper)")
      for arm in description.arms { print("  arm     \(arm.name): \(arm.summary)") }
      for claim in system.claims { print("  claim   \(claim.statement)") }
    }
  }
}

/// Runs a system.
struct SystemRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run all arms of a system with some seeds, and write its report.",
    discussion: """
      A run that was stopped goes on with --resume; with more seeds, what is finished is kept.

      Examples:
        sigmascope system run rolora-linear
        sigmascope system run rolora-linear --size full --seeds 0 1 2 3 4 --out rolora
        sigmascope system run documentation-retrieval --corpus manual
      """)

  @Argument(help: "The system: a name that system list shows.")
  var name: String

  @Option(
    name: [.short, .long], help: "The folder of the run; its report is in report/.",
    completion: .directory)
  var out = "sigmascope-system"

  @Option(parsing: .upToNextOption, help: "Each arm runs with each of these seeds.")
  var seeds = [0, 1, 2]

  @Option(help: "How much is trained: quick (to see that it works) or full (as recorded).")
  var size = SystemSize.quick

  @Option(
    help: """
      The base that is adapted: a folder, or scratchpad for the small base inside the program. Systems that \
      make their own models take none. (default: scratchpad)
      """, completion: .directory)
  var base: String?

  @Option(
    help: """
      A folder with the texts that documentation-retrieval searches: *.txt, *.rst and *.md with headings, also in \
      folders below.
      """, completion: .directory)
  var corpus: String?

  @Option(help: "How many units run at once, one thread each. (default: the processors)")
  var jobs: Int?

  @OptionGroup var distribution: DistributionArguments

  @OptionGroup var plots: PlotArguments

  @OptionGroup var resumption: ResumeArguments

  @Flag(name: [.short, .long], help: "Print nothing but errors.")
  var quiet = false

  func validate() throws {
    try SeedList.validate(seeds)
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1.") }
  }

  func run() async throws {
    let command = self
    try await Interruption.cancelling { try await command.runSystem() }
  }

  private func runSystem() async throws {
    let system = try SystemRegistry.find(name)
    if base != nil, !system.adaptsBase { throw SystemError.adaptsNoBase(system: system.name) }
    if corpus == nil, system.readsCorpus { throw SystemError.needsCorpus(system: system.name) }
    if corpus != nil, !system.readsCorpus { throw SystemError.readsNoCorpus(system: system.name) }
    let folder = SystemFolder(path: out)
    let runner = SystemRunner(
      system, size: size, seeds: seeds,
      base: try StudyBase(EmbeddedBase.path(of: base ?? EmbeddedBase.name)),
      corpus: try corpus.map { try CorpusFolder(path: $0) }, folder: folder,
      jobs: jobs ?? ThreadCount.processors, version: Sigmascope.version)
    try await distribution.carryingOut(isQuiet: quiet) { distribution in
      let isQuiet = quiet || distribution.role == .follower
      let measurements = try await runner.run(
        resuming: resumption.resume, mixingKernels: resumption.mixKernels, over: distribution
      ) { progress in
        if !isQuiet { Self.show(progress) }
      }
      guard distribution.role == .leader else { return }
      try write(measurements, of: system, to: folder.report)
      if !quiet { try showTimes(of: measurements, in: folder) }
    }
  }

  /// What parts of units took, on this machine; in the median over all units.
  private func showTimes(of measurements: [SystemMeasurement], in folder: SystemFolder) throws {
    let units = Set(measurements.map { SystemUnit(arm: $0.arm, seed: $0.seed).name }).sorted()
    let times = try units.flatMap { try folder.times(of: $0) }
    for (what, found) in Dictionary(grouping: times, by: \.what).sorted(by: { $0.key < $1.key }) {
      guard let median = SampleQuantile.median(of: found.map(\.seconds)) else { continue }
      Terminal.show("\(what): \(Int((median * 1e6).rounded())) µs")
    }
  }

  /// A line for each finished unit.
  private static func show(_ progress: WorkProgress<String>) {
    let left = progress.remaining.map { "  (\(ProgressLine.time($0)) left)" } ?? ""
    Terminal.say(
      "[\(progress.done)/\(progress.total)] \(progress.last)"
        + (progress.done < progress.total ? left : ""))
  }

  /// Writes the report in place of an older one, and prints what was found.
  private func write(
    _ measurements: [SystemMeasurement], of system: any ResearchSystem.Type, to folder: String
  ) throws {
    let outcome = SystemOutcome(
      of: system.description, size: size.rawValue, measurements, claims: system.claims,
      command: ["sigmascope"] + CommandLine.arguments.dropFirst(), version: Sigmascope.version)
    let url = URL(fileURLWithPath: folder, isDirectory: true).standardizedFileURL
    try ReportFolder.write(
      try SystemReport.files(of: measurements, outcome, media: plots.media), to: url)
    guard !quiet else { return }
    for claim in outcome.claims {
      Terminal.show("\(claim.number). \(claim.finding.verdict.rawValue): \(claim.statement)")
      Terminal.show("   \(claim.finding.measured)")
    }
    Terminal.show("report: \(url.appendingPathComponent("report.html").path)")
  }
}

extension SystemSize: ExpressibleByArgument {}

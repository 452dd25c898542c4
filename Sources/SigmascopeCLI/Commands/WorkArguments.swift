import ArgumentParser
import Diagnosis
import Experiments
import Foundation
import Reports
import Spectra

/// What an analysis may use of the machine.
struct WorkArguments: ParsableArguments {
  @Option(help: "How many matrices are worked on at once. (default: the processors)")
  var jobs: Int?

  @Option(
    help: """
      The most memory that may be used, beside the 64 MB that the program needs at rest; a matrix that needs more is \
      refused. (default: half of the machine's, and such a matrix is worked on alone)
      """)
  var memory: ByteCount?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1.") }
  }
}

/// What is kept of an analysis for later ones.
struct CacheArguments: ParsableArguments {
  @Flag(inversion: .prefixedNo, help: "Keep decompositions of bases for later analyses.")
  var cache = true

  @Option(help: "The most that the cache may hold.")
  var cacheLimit = ByteCount(16 << 30)

  fileprivate var basisCache: BasisCache? {
    guard cache else { return nil }
    return BasisCache(
      folder: BasisCache.defaultFolder(environment: ProcessInfo.processInfo.environment),
      sizeLimit: cacheLimit.bytes)
  }
}

extension AnalysisRunner {
  /// The runner that a command line asks for.
  /// - Parameter arguments: Those of the command that the report names.
  init(
    _ options: AnalysisOptions, _ work: WorkArguments, _ cache: CacheArguments,
    as arguments: [String] = OwnCommand.arguments
  ) {
    self.init(
      AnalysisEngine(
        options: options, jobs: work.jobs, memory: work.memory?.bytes, cache: cache.basisCache),
      command: ["sigmascope"] + arguments, version: Sigmascope.version)
  }

  /// Carries out a plan, or what of it is this process's, and shows its progress.
  /// - Returns: The analysis; nil if another process puts it together.
  /// - Throws: As ``analysis(of:in:resuming:mixingKernels:over:started:progress:)``; `OutputError` where the workspace
  ///   cannot be written.
  func analysis(
    of plan: AnalysisPlan, in workspace: AnalysisWorkspace, resuming: Bool,
    mixingKernels: Bool, over distribution: any WorkDistribution, isQuiet: Bool,
    started: () -> Void = {}
  ) async throws -> Analysis? {
    let isQuiet = isQuiet || distribution.role == .follower
    if !isQuiet, let largest = engine.largestMatrix(beyondLimitOf: plan) {
      Terminal.say(
        "note: '\(largest.module)' may need \(largest.bytes >> 20) MB, more than the limit of "
          + "\(engine.memory >> 20) MB; such matrices run alone")
    }
    let line = ProgressLine(isQuiet: isQuiet)
    let first = plan.groups.max { $0.cost < $1.cost }?.module ?? ""
    let total = plan.groups.reduce(0) { $0 + $1.units.count }
    let isLeader = distribution.role == .leader
    let analysis = try await analysis(
      of: plan, in: workspace, resuming: resuming, mixingKernels: mixingKernels,
      over: distribution,
      started: { unused in
        if !isQuiet { started() }
        for journal in unused where !isQuiet { Terminal.say("note: \(journal)") }
        if isLeader { line.begin(total: total, with: first) }
      }, progress: line.update)
    line.finish(resumed: resuming && isLeader ? total : nil)
    return analysis
  }
}

import Experiments
import Foundation
import LinearAlgebra
import Spectra
import Studies

/// The runs of a study that a command trains: the plan in words, the training, and its results.
struct StudySession {
  let runner: StudyRunner
  let resumption: ResumeArguments
  let isQuiet: Bool

  /// - Parameters:
  ///   - study: The runs.
  ///   - folder: Where they are kept.
  ///   - jobs: How many train at once; nil for as many as there are processors.
  ///   - topCount: K of the metrics of their updates.
  init(
    _ study: PlannedStudy, in folder: String, jobs: Int?, topCount: Int,
    resumption: ResumeArguments, isQuiet: Bool
  ) {
    runner = StudyRunner(
      study, folder: StudyFolder(path: folder), jobs: jobs ?? ThreadCount.processors,
      options: AnalysisOptions(topCount: topCount), version: Sigmascope.version,
      mixesKernels: resumption.mixKernels)
    self.resumption = resumption
    self.isQuiet = isQuiet
  }

  /// Says what would be trained, with what is finished taken off.
  /// - Throws: As training would before its first step.
  func showPlan() throws {
    let missing = try runner.open(resuming: true)
    try runner.check(missing)
    try announce(missing: missing.count)
  }

  /// Trains the runs, or what of them is this process's.
  /// - Returns: Nil if another process puts the results together.
  func results(over distribution: any WorkDistribution) async throws -> StudyResults? {
    let isLeader = distribution.role == .leader
    let isQuiet = isQuiet || distribution.role == .follower
    let missing = try runner.open(resuming: resumption.resume || !isLeader)
    if !isQuiet { try announce(missing: missing.count) }
    let view = StudyView(isQuiet: isQuiet)
    let results = try await runner.run(
      resuming: resumption.resume, over: distribution, progress: view.update)
    view.finish()
    return isLeader ? results : nil
  }

  private func announce(missing: Int) throws {
    let study = runner.study
    Terminal.say("\(study.title): \(Self.runs(study.runs.count)) from \(study.basePath)")
    let arms = Dictionary(grouping: study.runs, by: \.arm)
    var seen = Set<String>()
    for arm in study.runs.map(\.arm) where seen.insert(arm).inserted {
      let runs = arms[arm] ?? []
      let rates = Set(runs.compactMap(\.factors.learningRate)).sorted().map(TOMLOptions.short)
      let seeds = Set(runs.map(\.seed)).count
      let words = runs.contains(where: \.isProbe) ? rates + ["bisected"] : rates
      Terminal.say(
        "  \(arm): learning rate \(words.joined(separator: ", ")); "
          + "\(seeds) seed\(seeds == 1 ? "" : "s")")
    }
    guard missing > 0 else { return Terminal.say("all runs are finished") }
    let time = try runner.estimate().map { ", about \(ProgressLine.time($0))" } ?? ""
    Terminal.say("\(Self.runs(missing)) to train, \(runner.jobs) at once\(time)")
  }

  static func runs(_ count: Int) -> String { count == 1 ? "1 run" : "\(count) runs" }
}

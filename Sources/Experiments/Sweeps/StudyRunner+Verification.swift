import Documents
import Foundation
import LinearAlgebra
import Studies

extension StudyRunner {
  /// The result of training some runs again.
  package struct Verification: Sendable {
    package let checked: Int
    /// The names of the runs whose new results differ in any number.
    package let different: [String]
  }

  /// Trains a share of the finished runs again, in a temporary subfolder, and checks that all their numbers are equal.
  /// - Parameters:
  ///   - share: The share of the finished runs, 0 … 1; at least one run is checked.
  ///   - seed: The seed for drawing the runs.
  ///   - begun: Called with the number of runs before the first is trained.
  /// - Throws: ``StudyError/nothingFinished(path:)``; as ``open(resuming:)`` and ``run(resuming:over:progress:)``.
  package func verify(
    share: Double, seed: UInt64 = 0, begun: (_ count: Int) -> Void = { _ in }
  ) async throws -> Verification {
    // Runs of other settings would differ, which says nothing.
    _ = try open(resuming: true)
    let finished = try study.runs.compactMap { run in
      try folder.result(of: run.name).map { (run, $0.unit) }
    }
    guard !finished.isEmpty else { throw StudyError.nothingFinished(path: folder.path) }
    var generator = SplitMix64(seed: seed)
    let count = max(1, Int((share * Double(finished.count)).rounded()))
    let drawn = Array(finished.shuffled(using: &generator).prefix(count))
    let lock = try FolderLock(folder.path)
    defer { withExtendedLifetime(lock) {} }
    begun(count)
    let scratch = verification
    defer { try? FileManager.default.removeItem(atPath: scratch.path) }
    try? FileManager.default.removeItem(atPath: scratch.path)
    let again = StudyRunner(
      study.with(runs: drawn.map(\.0)), folder: scratch, jobs: jobs, options: options,
      version: version)
    _ = try await again.run(resuming: false) { _ in }
    let different = try drawn.filter { try scratch.result(of: $0.0.name)?.unit != $0.1 }.map(
      \.0.name)
    return Verification(checked: drawn.count, different: different)
  }

  /// Where runs are trained again.
  var verification: StudyFolder { StudyFolder(path: "\(folder.path)/.verification") }

  /// The estimated seconds that the missing runs will take, from timing a few steps of the study's first run; nil if
  /// it diverges in them.
  /// - Throws: What making the run throws.
  package func estimate() throws -> Double? {
    guard let first = study.runs.first else { return 0 }
    let missing = try open(resuming: true)
    guard
      let second = try worker(on: StudyBase(study.basePath)).secondsPerAnswer(
        of: first)
    else { return nil }
    return missing.reduce(0) { $0 + $1.cost } * second / Double(min(jobs, max(missing.count, 1)))
  }

  /// Sets up one run of each arm, without a step.
  /// - Throws: What making a run throws, such as a rank that a matrix does not have.
  package func check(_ runs: [PlannedRun]) throws {
    let worker = try worker(on: StudyBase(study.basePath))
    var seen = Set<String>()
    for run in runs where seen.insert(run.arm).inserted { _ = try worker.trainer(of: run) }
  }
}

extension PlannedStudy {
  func with(runs: [PlannedRun]) -> PlannedStudy {
    PlannedStudy(
      title: title, basePath: basePath, common: common, baseline: baseline, runs: runs)
  }
}

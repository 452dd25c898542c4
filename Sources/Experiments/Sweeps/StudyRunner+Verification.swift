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
  /// - Throws: ``StudyError/nothingFinished(path:)``; as ``run(resuming:progress:)``.
  package func verify(share: Double, seed: UInt64 = 0) async throws -> Verification {
    let finished = try study.runs.compactMap { run in
      try folder.result(of: run.name).map { (run, $0.unit) }
    }
    guard !finished.isEmpty else { throw StudyError.nothingFinished(path: folder.path) }
    var generator = SplitMix64(seed: seed)
    let count = max(1, Int((share * Double(finished.count)).rounded()))
    let drawn = Array(finished.shuffled(using: &generator).prefix(count))
    let lock = try FolderLock(folder.path)
    defer { withExtendedLifetime(lock) {} }
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

  /// The estimated seconds that the missing runs will take, from timing a few steps of the study's first run.
  package func estimate() throws -> Double {
    guard let first = study.runs.first else { return 0 }
    let worker = try StudyWorker(
      study, base: StudyBase(study.basePath), folder: folder,
      analyzer: PolicyAnalyzer(options: options), version: version)
    let missing = try open(resuming: true)
    let second = try worker.secondsPerAnswer(of: first)
    return missing.reduce(0) { $0 + $1.cost } * second / Double(min(jobs, max(missing.count, 1)))
  }
}

extension PlannedStudy {
  func with(runs: [PlannedRun]) -> PlannedStudy {
    PlannedStudy(
      title: title, basePath: basePath, common: common, baseline: baseline, runs: runs)
  }
}

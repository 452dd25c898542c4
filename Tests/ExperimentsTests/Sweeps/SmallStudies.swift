import Adapters
import Documents
import Experiments
import Foundation
import LinearAlgebra
import Spectra
import Studies
import Training

/// Studies of a few steps on the embedded base.
enum SmallStudies {
  static let base = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("notebooks-data/base-scratchpad").path

  /// Two arms at one rate.
  static func study(
    seeds: [UInt64] = [0, 1], rate: Double = 3e-3, steps: Int = 4, evaluationProblems: Int = 8
  ) throws -> PlannedStudy {
    let arms = ["lora", "pissa"]
    let runs = try arms.flatMap { arm in
      try seeds.map { seed in
        var settings = TrainingSettings.default
        settings.adapter = arm
        settings.rank = 4
        settings.alpha = 8
        settings.steps = steps
        settings.prompts = 4
        settings.group = 4
        settings.learningRate = rate
        settings.warmup = 0
        settings.seed = seed
        settings.saveEvery = steps
        settings.evaluateEvery = 2
        settings.evaluationProblems = evaluationProblems
        var specification = try RunSpecification(settings)
        specification.options.saveSteps = []
        specification.options.measuresDivergence = true
        return try PlannedRun(name: "\(arm)-seed\(seed)", arm: arm, specification: specification)
      }
    }
    return PlannedStudy(
      title: "small", basePath: base, common: Factors(adapter: "lora", learningRate: rate),
      baseline: "lora", runs: runs)
  }

  static func runner(
    _ study: PlannedStudy, in folder: String, jobs: Int = 2,
    version: String = "0.0.0", mixesKernels: Bool = false
  ) -> StudyRunner {
    StudyRunner(
      study, folder: StudyFolder(path: folder), jobs: jobs,
      options: AnalysisOptions(
        topCount: 4, metrics: [RelativeUpdateNorm.name, HeadShareRight.name, StableRank.name]),
      version: version, mixesKernels: mixesKernels)
  }
}

extension PlannedStudy {
  /// The same study with an arm that is probed in place of trained.
  func probing(_ arm: String) throws -> PlannedStudy {
    try PlannedStudy(
      title: title, basePath: basePath, common: common, baseline: baseline,
      runs: runs.map { run in
        try PlannedRun(
          name: run.name, arm: run.arm, specification: run.specification, isProbe: run.arm == arm)
      })
  }
}

/// A folder for one test. A class, so that the folder is removed with the last reference.
final class StudyScratch: Sendable {
  let path: String

  init() throws {
    // As the program does when it starts: the last digits of a long sum depend on how many threads share it.
    ThreadCount.set(1)
    path = NSTemporaryDirectory() + "sigmascope-study-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

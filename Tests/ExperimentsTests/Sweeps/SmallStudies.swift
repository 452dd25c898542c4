import Adapters
import Documents
import Experiments
import Foundation
import LinearAlgebra
import Spectra
import Studies
import Training

/// Studies of a few steps on the embedded base, and folders that vanish with their test.
enum SmallStudies {
  static let base = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("notebooks-data/base-scratchpad").path

  /// Two arms at one rate.
  static func study(
    seeds: [UInt64] = [0, 1], rate: Double = 3e-3, steps: Int = 4
  ) throws -> PlannedStudy {
    let arms = ["lora", "pissa"]
    let task = try TaskRegistry.task(named: "scratchpad", options: TaskOptions())
    let runs = try arms.flatMap { arm in
      try seeds.map { seed in
        var options = RunOptions(
          steps: steps, prompts: 4, group: 4, learningRate: rate, seed: seed, saveEvery: steps,
          saveSteps: [], evaluateEvery: 2, evaluationProblems: 8)
        options.measuresDivergence = true
        return PlannedRun(
          name: "\(arm)-seed\(seed)", arm: arm,
          factors: Factors(adapter: arm, learningRate: rate, steps: steps),
          specification: RunSpecification(
            choice: try AdapterChoice(parsing: arm), adapter: AdapterOptions(rank: 4, alpha: 8),
            targets: TargetModules(), task: task, options: options,
            settings: [
              "adapter": .string(arm), "seed": .integer(Int(seed)), "learning-rate": .number(rate),
            ]))
      }
    }
    return PlannedStudy(
      title: "small", basePath: base, common: Factors(adapter: "lora", learningRate: rate),
      baseline: "lora", runs: runs)
  }

  static func runner(_ study: PlannedStudy, in folder: String, jobs: Int = 2) -> StudyRunner {
    StudyRunner(
      study, folder: StudyFolder(path: folder), jobs: jobs,
      options: AnalysisOptions(
        topCount: 4, metrics: [RelativeUpdateNorm.name, HeadShareRight.name, StableRank.name]),
      version: "0.0.0")
  }
}

/// A folder of one test, removed with the last reference to it: hence a class.
final class StudyScratch: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "sigmascope-study-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

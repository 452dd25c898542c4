import Foundation
public import Spectra
public import Studies

extension StudyResults {
  /// Runs that were made elsewhere, as they were analysed: a method each is an arm.
  ///
  /// Where every method was run at one learning rate, the rates do not count: each method is compared as it was
  /// run. Otherwise methods are compared at equal rates, as in a study.
  /// - Parameters:
  ///   - analysis: Of all runs.
  ///   - title: For the report.
  ///   - baseline: The arm that the others are compared with; nil for `lora`, or else the first.
  public init(of analysis: Analysis, title: String, baseline: String?) {
    var runs = analysis.runs.map { StudyRun($0, modules: analysis.lastModules(of: $0)) }
    let rates = Dictionary(grouping: runs, by: \.arm).mapValues {
      Set($0.compactMap(\.factors.learningRate)).count
    }
    if rates.values.allSatisfy({ $0 <= 1 }) {
      for index in runs.indices { runs[index].factors.learningRate = nil }
    }
    let arms = runs.map(\.arm)
    let baseline = baseline ?? (arms.contains("lora") ? "lora" : arms.first ?? "lora")
    let common =
      runs.first { $0.arm == baseline }?.factors ?? Factors(adapter: baseline)
    self.init(title: title, common: common, baseline: baseline, runs: runs)
  }
}

extension StudyRun {
  fileprivate init(_ run: RunAnalysis, modules: [ModuleAnalysis]) {
    let rate = run.curves["learning_rate"]?.map(\.value).max()
    self.init(
      name: run.name, arm: run.method,
      factors: Factors(adapter: run.method, learningRate: rate),
      seed: run.seed ?? Self.seed(inName: run.name), curves: run.curves, steps: run.steps,
      kinds: modules.mediansByKind, profile: modules.meanProfile,
      failure: run.verdict.status == .nonFinite ? run.verdict.headline : nil)
  }

  /// 1 of `lora-seed1` or `pissa_seed_1`: trainers keep the seed in a pickle, people in the folder's name.
  static func seed(inName name: String) -> Int? {
    name.lowercased().firstMatch(of: #/seed[-_=]?(\d+)/#).flatMap { Int($0.output.1) }
  }
}

package import Diagnosis
import Foundation
import Spectra
package import Studies

extension StudyResults {
  /// A study of analysed runs that were trained elsewhere: each method is an arm.
  ///
  /// If every method was run at one learning rate only, the rates are ignored: each method is compared as it was
  /// run. Otherwise methods are compared at equal rates, as in a study.
  /// - Parameters:
  ///   - analysis: The analysis of all runs.
  ///   - title: The title of the report.
  ///   - baseline: The arm that the others are compared with; if nil, `lora`, or the first arm if there is no `lora`.
  package init(of analysis: Analysis, title: String, baseline: String?) {
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

  /// The seed in a folder's name: 1 for `lora-seed1` or `pissa_seed_1`. Other trainers keep the seed in a
  /// pickle, which is not read.
  static func seed(inName name: String) -> Int? {
    name.lowercased().firstMatch(of: #/seed[-_=]?(\d+)/#).flatMap { Int($0.output.1) }
  }
}

import Checkpoints
package import Diagnosis
import Foundation
import Spectra
package import Studies

extension StudyResults {
  /// The groups of analysed runs that can be compared: runs of one base that are judged by one measure. Runs by rewards that
  /// were all examined on held-out problems before and after are judged by that, as those of a study are.
  /// - Parameters:
  ///   - analysis: The analysis of all runs.
  ///   - baseline: The arm or method that the others are compared with, where it is; else `lora`, or the first arm.
  /// - Throws: What reading results throws.
  package static func groups(of analysis: Analysis, baseline: String?) throws -> [StudyResults] {
    struct Key: Hashable {
      let measure: Measure
      let base: String
    }
    let keys = analysis.runs.map { run in
      Key(
        measure: Measure(kind: run.settings.kind, quantity: run.verdict.outcome?.quantity),
        base: run.base.map { URL(fileURLWithPath: $0.name).resolvingSymlinksInPath().path } ?? "")
    }
    let bases = Set(keys.map(\.base)).count
    var seen = Set<Key>()
    return try keys.filter { seen.insert($0).inserted }.map { key in
      let runs = zip(analysis.runs, keys).filter { $0.1 == key }.map(\.0)
      let base = bases > 1 ? runs[0].base.map { ", base \($0.name)" } ?? ", no base" : ""
      let examinations = runs.compactMap(Outcome.init(examinationsOf:))
      let areExamined = examinations.count == runs.count
      let measure = areExamined ? .examination : key.measure
      let outcomes: [Outcome?] = areExamined ? examinations : runs.map(\.verdict.outcome)
      return StudyResults(
        title: measure.title + base, measure: measure,
        runs: try zip(runs, outcomes).map { run, outcome in
          StudyRun(
            run, modules: try analysis.lastModules(of: run).map(\.withoutSpectra), outcome: outcome)
        }, baseline: baseline,
        count: analysis.principalCount)
    }
  }

  private init(
    title: String, measure: Measure, runs: [StudyRun], baseline: String?, count: PrincipalCount
  ) {
    let runs = ArmNames.assigned(to: runs)
    self.init(
      title: title, common: Factors(adapter: "lora"), baseline: "lora", runs: runs,
      measure: measure, topCount: count.number)
    self.baseline =
      [baseline, "lora"].compactMap(\.self).compactMap(arm(named:)).first ?? arms.first ?? "lora"
    common = self.runs(ofArm: self.baseline).first?.factors ?? Factors(adapter: self.baseline)
    common.learningRate = Self.commonRate(of: runs, preferring: common.learningRate)
    cutsTopCount = count.isMostlyCut && count.number == count.asked
  }
}

extension StudyResults {
  /// A rate at which every arm was run: a given one if it is among them, else the highest; nil if there is none.
  private static func commonRate(of runs: [StudyRun], preferring rate: Double?) -> Double? {
    let rates = Dictionary(grouping: runs, by: \.arm).values.map { Set(Self.rates(of: $0)) }
    let shared = rates.dropFirst().reduce(rates.first ?? []) { $0.intersection($1) }
    return rate.flatMap { shared.contains($0) ? $0 : nil } ?? shared.max()
  }
}

extension StudyRun {
  fileprivate init(_ run: RunAnalysis, modules: [ModuleAnalysis], outcome: Outcome?) {
    let settings = run.settings
    self.init(
      name: run.name, arm: run.method,
      factors: Factors(
        adapter: run.method, learningRate: settings.learningRate, rank: settings.rank,
        scale: settings.scale, dropout: settings.dropout, objective: settings.trainer,
        targets: settings.targets.isEmpty ? nil : settings.targets),
      seed: run.seed ?? Self.seed(inName: run.name),
      trainedParameters: settings.trainedParameters, curves: run.curves, steps: run.steps,
      kinds: modules.mediansByKind, profile: modules.meanProfile,
      failure: run.verdict.status == .nonFinite ? run.verdict.headline : nil,
      outcome: outcome, status: run.verdict.status,
      statusStep: run.verdict.symptoms.first { $0.status == run.verdict.status }?.step,
      settings: settings)
  }

  /// The seed in a folder's name: 1 for `lora-seed1` or `pissa_seed_1`.
  static func seed(inName name: String) -> Int? {
    name.lowercased().firstMatch(of: #/seed[-_=]?(\d+)/#).flatMap { Int($0.output.1) }
  }
}

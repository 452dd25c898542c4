import Adapters
import Checkpoints
import Diagnosis
import Foundation
import LinearAlgebra
import Spectra
import Studies
import Training

/// Collects what is kept of a run while it trains.
struct RunObservation {
  private let planned: PlannedRun
  private let analyzer: PolicyAnalyzer
  private var curves: [String: [CurvePoint]] = [:]
  private var steps: [StepSummary] = []
  private var last: [ModuleAnalysis] = []
  private var masks: [String: EntryMask]?

  init(_ planned: PlannedRun, analyzer: PolicyAnalyzer) {
    self.planned = planned
    self.analyzer = analyzer
  }

  /// Keeps what a step logged, and analyses the weight updates at the planned steps.
  mutating func observe<Element>(_ record: StepRecord, _ policy: Policy<Element>) throws {
    for (name, value) in record.values where value.isFinite && name != "step_time" {
      curves[name, default: []].append(CurvePoint(step: record.step, value: value))
    }
    guard planned.observedSteps.contains(record.step) else { return }
    // Only matrices of layers: methods that also train embeddings and head are then compared on what all
    // methods train.
    last = try analyzer.analyses(of: policy, run: planned.name, step: record.step)
      .filter { $0.identity.layer != nil }
    if planned.factors.adapter == TrainableFull.key {
      let matrices = Set(last.map(\.identity.module))
      masks = Dictionary(
        uniqueKeysWithValues: policy.updates.filter { matrices.contains($0.module) }
          .map { ($0.module, EntryMask($0.changedEntries)) })
    }
    steps.append(
      StepSummary(
        step: record.step, modules: last,
        collapseScore: CollapseScore(of: curves["reward"] ?? [])))
  }

  /// The finished run with everything that was collected.
  func run(
    trainedParameters: Int, probes: [String: Double], failure: String?
  ) -> StudyRun {
    StudyRun(
      name: planned.name, arm: planned.arm, factors: planned.factors,
      seed: Int(clamping: planned.seed), trainedParameters: trainedParameters, curves: curves,
      steps: steps, kinds: last.mediansByKind, profile: last.meanProfile, probes: probes,
      masks: masks, failure: failure)
  }
}

extension PolicyUpdate {
  /// Whether each entry, in the order of `Matrix.values`, is another number in bfloat16 than before training.
  fileprivate var changedEntries: [Bool] {
    let type = DataType.bfloat16
    return zip(type.rounded(base.values), type.rounded((base + update).values)).map { $0 != $1 }
  }
}

extension [ModuleAnalysis] {
  /// For each kind of matrix, the medians of the metrics.
  var mediansByKind: [String: [String: Double]] {
    Dictionary(grouping: self, by: \.identity.kind).mapValues { modules in
      StepSummary(step: 0, modules: modules, collapseScore: nil).medians
    }
  }

  /// The mean of the projections, bin by bin, over the matrices that have the most bins; matrices with fewer
  /// bins or none are left out.
  var meanProfile: [ProjectionBin] {
    let profiles = map(\.projection).filter { !$0.isEmpty }
    guard let bins = profiles.map(\.count).max() else { return [] }
    let whole = profiles.filter { $0.count == bins }
    let share = 1 / Double(whole.count)
    return (0..<bins).map { bin in
      func mean(_ energy: KeyPath<ProjectionBin, Double>) -> Double {
        whole.reduce(0) { $0 + $1[bin][keyPath: energy] } * share
      }
      return ProjectionBin(
        baseEnergy: mean(\.baseEnergy), updateEnergyRight: mean(\.updateEnergyRight),
        updateEnergyLeft: mean(\.updateEnergyLeft), nullEnergyRight: mean(\.nullEnergyRight),
        nullEnergyLeft: mean(\.nullEnergyLeft))
    }
  }
}

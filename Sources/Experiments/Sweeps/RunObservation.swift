import Foundation
import LinearAlgebra
import Spectra
import Studies
import Training

/// What is kept of a run while it trains.
struct RunObservation {
  private let planned: PlannedRun
  private let analyzer: PolicyAnalyzer
  private var curves: [String: [CurvePoint]] = [:]
  private var steps: [StepSummary] = []
  private var last: [ModuleAnalysis] = []

  init(_ planned: PlannedRun, analyzer: PolicyAnalyzer) {
    self.planned = planned
    self.analyzer = analyzer
  }

  /// Keeps what a step logged, and looks at the weights where that is planned.
  mutating func observe<Element>(_ record: StepRecord, _ policy: Policy<Element>) throws {
    for (name, value) in record.values where value.isFinite && name != "step_time" {
      curves[name, default: []].append(CurvePoint(step: record.step, value: value))
    }
    guard planned.observedSteps.contains(record.step) else { return }
    // The matrices of layers alone, so that methods that also train embeddings and head are compared on
    // what all of them train.
    last = try analyzer.analyses(of: policy, run: planned.name, step: record.step)
      .filter { $0.identity.layer != nil }
    steps.append(
      StepSummary(
        step: record.step, modules: last,
        collapseScore: CollapseScore.value(
          atStep: record.step, reward: curves["reward"] ?? [],
          relativeUpdateNorm: nil, isFinite: last.allSatisfy { $0.nonFiniteCount == 0 })))
  }

  /// All that is known of the run.
  func run(
    trainedParameters: Int, probes: [String: Double], failure: String?
  ) -> StudyRun {
    StudyRun(
      name: planned.name, arm: planned.arm, factors: planned.factors,
      seed: Int(clamping: planned.seed), trainedParameters: trainedParameters, curves: curves,
      steps: steps, kinds: last.mediansByKind, profile: last.meanProfile, probes: probes,
      failure: failure)
  }
}

extension [ModuleAnalysis] {
  /// Medians of metrics over the matrices of each kind.
  var mediansByKind: [String: [String: Double]] {
    Dictionary(grouping: self, by: \.identity.kind).mapValues { modules in
      StepSummary(step: 0, modules: modules, collapseScore: nil).medians
    }
  }

  /// The mean of the projections of all matrices that moved, bin by bin; matrices with fewer directions than
  /// bins are left out.
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

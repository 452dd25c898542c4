/// How well the best metric warns of collapse, when the choice of the metric is judged too.
///
/// The best of many metrics looks good on the runs that it was chosen on, even if none is informative. Here
/// the metric with the largest area, its orientation and its threshold are chosen without one seed and judged
/// on that seed.
package struct BestWarning: Codable, Equatable, Sendable {
  /// What there is to choose from.
  package enum Pool: String, Codable, Sendable, CaseIterable {
    /// Metrics of the weight update, without its relative norm.
    case spectral
    /// Numbers that need no singular values. If these do as well, spectra add nothing.
    case rivals
    /// Everything.
    case all

    func contains(_ kind: EarlyWarning.Kind) -> Bool {
      switch self {
      case .spectral: kind == .spectral
      case .rivals: kind == .rival
      case .all: true
      }
    }
  }

  package var pool: Pool
  /// The share of training at which the metrics are read, in 0 … 1.
  package var share: Double
  /// For each judged seed the metric that was chosen without it, in the order of the seeds' names.
  package var chosen: [String]
  /// The share of collapsing runs that are called; nil without any.
  package var sensitivity: Double?
  package var sensitivityInterval: ConfidenceInterval?
  /// The share of the other runs that are not called; nil without any.
  package var specificity: Double?
  package var specificityInterval: ConfidenceInterval?
  /// Runs that were judged and collapsed later.
  package var positives: Int
  /// Runs that were judged and are not down at their end.
  package var negatives: Int

  /// A metric can be chosen only if it was read on at least this share of the runs of the pool's most widely read
  /// metric. A metric of a handful of runs may tell them apart by chance, and cannot judge the others.
  package static let leastCoverage = 0.8

  init?(pool: Pool, share: Double, among candidates: [WarningReadings]) {
    let candidates = candidates.filter {
      pool.contains($0.kind) && WarningReadings.areEnough($0.readings)
    }
    let widest = Double(candidates.map(\.readings.count).max() ?? 0)
    let open = candidates.filter { Double($0.readings.count) >= Self.leastCoverage * widest }
    var chosen: [String] = []
    var calls: [Bool] = []
    var labels: [Bool] = []
    for group in Set(open.flatMap { $0.readings.map(\.group) }).sorted() {
      guard let best = Self.choice(without: group, among: open) else { continue }
      let held = best.readings.readings.filter { $0.group == group }
      if held.isEmpty { continue }
      chosen.append(best.readings.metric)
      calls += held.map { best.rule.calls($0.value) }
      labels += held.map(\.isPositive)
    }
    guard let judgement = ThresholdJudgement(calls: calls, labels: labels) else { return nil }
    self.pool = pool
    self.share = share
    self.chosen = chosen
    sensitivity = judgement.sensitivity
    sensitivityInterval = judgement.sensitivityInterval()
    specificity = judgement.specificity
    specificityInterval = judgement.specificityInterval()
    positives = labels.count { $0 }
    negatives = labels.count { !$0 }
  }

  /// The metric with the largest area on the other seeds; the first in order among equals.
  private static func choice(
    without group: String, among candidates: [WarningReadings]
  ) -> (readings: WarningReadings, rule: WarningRule)? {
    var best: (readings: WarningReadings, rule: WarningRule)?
    for candidate in candidates {
      let learned = candidate.readings.filter { $0.group != group }
      guard WarningReadings.areEnough(learned), let rule = WarningRule(learnedOn: learned) else {
        continue
      }
      if rule.area.area > best?.rule.area.area ?? 0 { best = (candidate, rule) }
    }
    return best
  }
}

extension EarlyWarning {
  /// The best metric of each pool at each share, chosen and judged on different seeds.
  ///
  /// A pool is missing where it has no metric with three runs of each outcome on the learning seeds.
  /// O(seeds · metrics · runs log runs) a share.
  /// - Parameters:
  ///   - study: All runs, in any order.
  ///   - shares: Of training, each in 0 … 1.
  package static func best(
    of study: StudyResults, shares: [Double] = Self.shares
  ) -> [BestWarning] {
    let runs = WarningRuns(of: study)
    return shares.flatMap { share in
      let readings = runs.readings(at: share)
      return BestWarning.Pool.allCases.compactMap {
        BestWarning(pool: $0, share: share, among: readings)
      }
    }
  }
}

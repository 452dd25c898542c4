import Diagnosis
import Spectra

/// How well one metric, read early in training, separates the runs that will collapse from the others.
///
/// Runs whose reward is already below the bound of `CollapseDetector` at that step, or that have ended, are
/// left out: there is nothing left to warn of. The reward itself counts here, because its average over five
/// steps is late. The metrics of the update are compared with plain rivals: the update's relative norm, the
/// reward's fall so far, what the trainer logs, and the learning rate alone. A metric is worth its cost only
/// if it beats them.
///
/// The area is optimistic, because its orientation is chosen on the same runs. A metric without information
/// has an area slightly above ½, and the best of forty such metrics has one well above it. Sensitivity and
/// specificity are not optimistic: orientation and threshold are learned without the seed that is judged.
/// They still hold only for other seeds of the same settings; `accuracyOnOtherMethods` leaves out a method instead.
/// `best(of:)` also judges the choice of the metric.
///
/// **Source:** Field and Welsh, "Bootstrapping clustered data", 2007, for the area's interval; Youden, 1950, for the
/// threshold; Wilson, 1927, for the intervals of the shares; Stone, 1974, for leaving out.
public struct EarlyWarning: Codable, Equatable, Sendable {
  /// What a number is taken from.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// A metric of the weight update.
    case spectral
    /// Something that needs no singular values.
    case rival
  }

  /// On which side of the threshold collapse lies.
  public enum Orientation: String, Codable, Sendable, CaseIterable {
    /// Runs that will collapse have larger values.
    case rises
    /// They have smaller ones.
    case falls
  }

  public var metric: String
  public var kind: Kind
  /// The share of training at which the metric is read, in 0 … 1.
  public var share: Double
  /// The step at that share; the median if runs differ.
  public var step: Int
  /// In ½ … 1, because `orientation` is chosen for it.
  public var area: Double
  /// The interval of this area over cells (arm and learning rate), because runs of a cell are near copies; nil if the
  /// groups are separated perfectly.
  public var interval: ConfidenceInterval?
  public var orientation: Orientation
  /// Learned on all runs, in the unit of the metric, for use on other runs. Runs at or beyond it are called.
  public var threshold: Double
  /// The share of collapsing runs that are called, by thresholds learned on other seeds; nil if no seed can
  /// be judged.
  public var sensitivity: Double?
  public var sensitivityInterval: ConfidenceInterval?
  /// The share of the other runs that are not called.
  public var specificity: Double?
  public var specificityInterval: ConfidenceInterval?
  /// The mean of sensitivity and specificity on each method by a rule learned on all other methods, over all runs: whether
  /// the threshold holds for a method that was not seen. ½ is chance; nil if it cannot be judged.
  public var accuracyOnOtherMethods: Double?
  /// Runs that were not down at the step and collapsed later.
  public var positives: Int
  /// Runs that were not down at the step and are not at their end.
  public var negatives: Int
  /// Runs that were down at the step, and left out.
  public var alreadyCollapsed: Int

  /// The shares of training at which metrics are read.
  public static let shares = [0.02, 0.05, 0.10]
  /// How many runs of each outcome are needed at least.
  public static let leastOfEach = 3

  /// How many later collapses, on how many seeds, it takes before metrics are ranked.
  package static let leastCollapses = 8, leastSeeds = 3

  /// ‖ΔW‖ / ‖W‖: a metric of the update that needs no singular values.
  public static let updateNorm = RelativeUpdateNorm.name
  /// The mean of the first rewards minus the mean of the latest.
  public static let rewardDrop = "reward_drop"
  /// The learning rate itself, which is known before the first step.
  public static let learningRate = "learning_rate"
  /// What the trainer logs at the step.
  public static let loggedRivals = ["entropy", "grad_norm", "kl_step"]

  /// Every metric and rival at every share; those with fewer than three runs of an outcome are missing.
  ///
  /// By share, then the metrics by name, then the rivals. O(metrics · runs log runs) a share.
  /// - Parameters:
  ///   - study: All runs, in any order.
  ///   - shares: Of training, each in 0 … 1.
  public static func all(
    of study: StudyResults, shares: [Double] = Self.shares
  ) -> [EarlyWarning] {
    let runs = WarningRuns(of: study)
    return shares.flatMap { share in
      runs.readings(at: share).compactMap { EarlyWarning(of: $0, share: share) }
    }
  }

  init?(of readings: WarningReadings, share: Double) {
    guard WarningReadings.areEnough(readings.readings),
      let rule = WarningRule(learnedOn: readings.readings)
    else { return nil }
    metric = readings.metric
    kind = readings.kind
    self.share = share
    step = readings.step
    area = rule.area.area
    interval = ClusteredArea(readings.readings, rising: rule.orientation == .rises).interval()
    orientation = rule.orientation
    threshold = rule.threshold
    positives = readings.positives.count
    negatives = readings.negatives.count
    alreadyCollapsed = readings.alreadyDown
    let judgement = Self.judgement(of: readings.readings, leavingOut: \.group)
    let others = Self.judgement(of: readings.readings, leavingOut: \.method)
    accuracyOnOtherMethods = others?.sensitivity.flatMap { sensitivity in
      others?.specificity.map { (sensitivity + $0) / 2 }
    }
    sensitivity = judgement?.sensitivity
    sensitivityInterval = judgement?.sensitivityInterval()
    specificity = judgement?.specificity
    specificityInterval = judgement?.specificityInterval()
  }

  /// Learns orientation and threshold on all groups but one and applies them to that group's runs, for each
  /// group.
  private static func judgement(
    of readings: [WarningReadings.Reading],
    leavingOut unit: (WarningReadings.Reading) -> String
  ) -> ThresholdJudgement? {
    var calls: [Bool] = []
    var labels: [Bool] = []
    for group in Set(readings.map(unit)).sorted() {
      let learned = readings.filter { unit($0) != group }
      guard let rule = WarningRule(learnedOn: learned) else { continue }
      for held in readings where unit(held) == group {
        calls.append(rule.calls(held.value))
        labels.append(held.isPositive)
      }
    }
    return ThresholdJudgement(calls: calls, labels: labels)
  }
}

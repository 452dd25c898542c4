/// How a threshold does on runs that it was not learned on.
public struct ThresholdJudgement: Sendable, Equatable, Codable {
  /// Positive runs that were called positive.
  public private(set) var truePositives = 0
  /// Positive runs that were missed.
  public private(set) var falseNegatives = 0
  /// Negative runs that were called negative.
  public private(set) var trueNegatives = 0
  /// Negative runs that were called positive.
  public private(set) var falsePositives = 0

  /// The judgement of a threshold by held-out scores. O(n).
  /// - Parameters:
  ///   - threshold: Learned on other runs.
  ///   - positives: The scores of held-out runs that have what is looked for.
  ///   - negatives: The scores of the other held-out runs.
  public init(of threshold: YoudenThreshold, positives: [Double], negatives: [Double]) {
    for score in positives { add(called: threshold.calls(score), isPositive: true) }
    for score in negatives { add(called: threshold.calls(score), isPositive: false) }
  }

  /// Learns on all groups but one and judges that one, each group once; counts are summed.
  ///
  /// A group is what must not be on both sides: the checkpoints of a run, the seeds of a setting.
  /// Nil where no group can be judged, as the others lack positive or negative scores; such groups
  /// are left out of the counts.
  ///
  /// **Source:** Stone, "Cross-validatory choice and assessment of statistical predictions", Journal
  /// of the Royal Statistical Society B 36, 1974.
  /// - Parameters:
  ///   - scores: One score a run; finite.
  ///   - labels: Whether the run has what is looked for, in the same order.
  ///   - groups: The group of each run, in the same order.
  public init?<Group: Hashable>(
    leavingOutEachGroup groups: [Group], scores: [Double], labels: [Bool]
  ) {
    precondition(
      scores.count == labels.count && scores.count == groups.count,
      "a judgement needs one label and one group a score")
    for group in Set(groups) {
      let learned = scores.indices.filter { groups[$0] != group }
      guard
        let threshold = YoudenThreshold(
          positives: learned.filter { labels[$0] }.map { scores[$0] },
          negatives: learned.filter { !labels[$0] }.map { scores[$0] })
      else { continue }
      for held in scores.indices where groups[held] == group {
        add(called: threshold.calls(scores[held]), isPositive: labels[held])
      }
    }
    if count == 0 { return nil }
  }

  /// The share of positive runs that were called, in 0 … 1; nil without positive runs.
  public var sensitivity: Double? { Self.share(truePositives, falseNegatives) }

  /// The share of negative runs that were not called, in 0 … 1; nil without negative runs.
  public var specificity: Double? { Self.share(trueNegatives, falsePositives) }

  /// The share of called runs that are positive, in 0 … 1; nil if none was called.
  public var precision: Double? { Self.share(truePositives, falsePositives) }

  /// The mean of sensitivity and specificity, in 0 … 1; nil without runs of both kinds.
  public var balancedAccuracy: Double? {
    guard let sensitivity, let specificity else { return nil }
    return (sensitivity + specificity) / 2
  }

  /// Wilson's interval of the sensitivity; nil without positive runs.
  /// - Parameter level: The nominal coverage, in (0, 1).
  public func sensitivityInterval(level: Double = 0.95) -> ConfidenceInterval? {
    ConfidenceInterval.ofShare(truePositives, of: truePositives + falseNegatives, level: level)
  }

  /// Wilson's interval of the specificity; nil without negative runs.
  /// - Parameter level: The nominal coverage, in (0, 1).
  public func specificityInterval(level: Double = 0.95) -> ConfidenceInterval? {
    ConfidenceInterval.ofShare(trueNegatives, of: trueNegatives + falsePositives, level: level)
  }

  /// How many runs were judged.
  public var count: Int { truePositives + falseNegatives + trueNegatives + falsePositives }

  private mutating func add(called: Bool, isPositive: Bool) {
    switch (called, isPositive) {
    case (true, true): truePositives += 1
    case (false, true): falseNegatives += 1
    case (false, false): trueNegatives += 1
    case (true, false): falsePositives += 1
    }
  }

  private static func share(_ part: Int, _ rest: Int) -> Double? {
    part + rest > 0 ? Double(part) / Double(part + rest) : nil
  }
}

import LinearAlgebra

/// The area under the receiver operating characteristic: the probability that a score of a positive
/// run is above that of a negative one, ties counting half.
///
/// **Source:** Hanley and McNeil, "The meaning and use of the area under a receiver operating
/// characteristic (ROC) curve", Radiology 143, 1982; DeLong, DeLong and Clarke-Pearson, "Comparing
/// the areas under two or more correlated receiver operating characteristic curves", Biometrics 44,
/// 1988.
public struct ROCArea: Sendable, Equatable {
  /// The scores of the runs that have what is looked for.
  public let positives: [Double]
  /// The scores of the other runs.
  public let negatives: [Double]
  /// In 0 … 1; ½ tells nothing apart, below ½ the score points the other way.
  public let area: Double
  /// For each positive score the share of negative ones below it (DeLong's V₁₀).
  private let positivePlacements: [Double]
  /// For each negative score the share of positive ones above it (DeLong's V₀₁).
  private let negativePlacements: [Double]

  /// The area between two groups of scores; nil if one is empty. O(n log n).
  /// - Parameters:
  ///   - positives: The scores of the runs that have what is looked for, no NaN.
  ///   - negatives: The scores of the other runs, no NaN.
  public init?(positives: [Double], negatives: [Double]) {
    guard !positives.isEmpty, !negatives.isEmpty else { return nil }
    self.positives = positives
    self.negatives = negatives
    // A score's rank among all scores minus its rank in its own group counts the other group's scores below
    // it.
    let ranks = MidRanks(of: positives + negatives).ranks
    let others = (positive: Double(negatives.count), negative: Double(positives.count))
    positivePlacements = zip(ranks, MidRanks(of: positives).ranks).map {
      ($0 - $1) / others.positive
    }
    negativePlacements = zip(ranks[positives.count...], MidRanks(of: negatives).ranks).map {
      1 - ($0 - $1) / others.negative
    }
    area = positivePlacements.reduce(0, +) / Double(positives.count)
  }

  /// DeLong's variance of the area, in area²; nil if a group has one score.
  public var variance: Double? {
    guard let positive = SampleMoments.variance(of: positivePlacements),
      let negative = SampleMoments.variance(of: negativePlacements)
    else { return nil }
    return positive / Double(positives.count) + negative / Double(negatives.count)
  }

  /// DeLong's interval, normal and cut at 0 and 1.
  ///
  /// Nil if a group has one score, or if the variance is 0: perfectly separated groups would give a point,
  /// which says nothing about other runs.
  /// - Parameter level: The nominal coverage, in (0, 1).
  public func interval(level: Double = 0.95) -> ConfidenceInterval? {
    precondition(level > 0 && level < 1, "a level lies between 0 and 1")
    guard let variance, variance > 0 else { return nil }
    let reach = NormalDistribution.quantile((1 + level) / 2) * variance.squareRoot()
    return ConfidenceInterval(
      lower: max(0, area - reach), upper: min(1, area + reach), level: level)
  }
}

/// The score from which on a run is called positive, chosen to tell two groups apart best.
///
/// **Source:** Youden, "Index for rating diagnostic tests", Cancer 3, 1950.
package struct YoudenThreshold: Sendable, Equatable, Codable {
  /// Scores at or above this are called positive.
  package let value: Double
  /// Sensitivity + specificity − 1 on the runs it was learned on, in 0 … 1. Too optimistic for other runs:
  /// use `ThresholdJudgement` for those.
  package let index: Double

  /// Learns the threshold with the greatest index; nil if a group is empty. O(n log n).
  ///
  /// Candidates lie midway between neighbouring distinct scores, at the smallest score (all are
  /// positive) and just above the largest (none is). Among equals the one whose sensitivity and
  /// specificity are closest wins, then the lower one.
  /// - Parameters:
  ///   - positives: The scores of the runs that have what is looked for; finite.
  ///   - negatives: The scores of the other runs; finite.
  package init?(positives: [Double], negatives: [Double]) {
    guard !positives.isEmpty, !negatives.isEmpty else { return nil }
    precondition(
      (positives + negatives).allSatisfy(\.isFinite), "a threshold is learned on finite scores")
    let positives = positives.sorted()
    let negatives = negatives.sorted()
    var best: (value: Double, index: Double, balance: Double)?
    var missed = 0
    var rejected = 0
    for value in Self.candidates(among: positives + negatives) {
      while missed < positives.count, positives[missed] < value { missed += 1 }
      while rejected < negatives.count, negatives[rejected] < value { rejected += 1 }
      let sensitivity = 1 - Double(missed) / Double(positives.count)
      let specificity = Double(rejected) / Double(negatives.count)
      let index = sensitivity + specificity - 1
      let balance = abs(sensitivity - specificity)
      // Sums of fractions that are equal on paper may differ in the last bit.
      let gain = index - (best?.index ?? -.infinity)
      if gain > 1e-12 || (gain > -1e-12 && balance < (best?.balance ?? .infinity) - 1e-12) {
        best = (value, index, balance)
      }
    }
    guard let best else { return nil }
    value = best.value
    index = best.index
  }

  /// Whether a score is called positive.
  package func calls(_ score: Double) -> Bool { score >= value }

  private static func candidates(among scores: [Double]) -> [Double] {
    let distinct = Set(scores).sorted()
    // Halves first: the sum of two large scores could overflow.
    let between = zip(distinct, distinct.dropFirst()).map { low, high in
      // Neighbouring doubles have no middle; the upper one separates them too.
      let middle = low / 2 + high / 2
      return middle > low ? middle : high
    }
    let above = distinct[distinct.count - 1].nextUp
    return [distinct[0]] + between + (above.isFinite ? [above] : [])
  }
}

/// How well thresholds do on runs that they were not learned on.
package struct ThresholdJudgement: Sendable, Equatable, Codable {
  /// Positive runs that were called positive.
  package private(set) var truePositives = 0
  /// Positive runs that were missed.
  package private(set) var falseNegatives = 0
  /// Negative runs that were called negative.
  package private(set) var trueNegatives = 0
  /// Negative runs that were called positive.
  package private(set) var falsePositives = 0

  /// The judgement of calls that one or several rules made, each on runs that it was not learned on.
  ///
  /// Nil without calls. O(n).
  ///
  /// **Source:** Stone, "Cross-validatory choice and assessment of statistical predictions", Journal of the
  /// Royal Statistical Society B 36, 1974.
  /// - Parameters:
  ///   - calls: Whether each run was called positive.
  ///   - labels: Whether it has what is looked for, in the same order.
  package init?(calls: [Bool], labels: [Bool]) {
    precondition(calls.count == labels.count, "a judgement needs one label a call")
    guard !calls.isEmpty else { return nil }
    for (call, label) in zip(calls, labels) { add(called: call, isPositive: label) }
  }

  /// The share of positive runs that were called, in 0 … 1; nil without positive runs.
  package var sensitivity: Double? { Self.share(truePositives, falseNegatives) }

  /// The share of negative runs that were not called, in 0 … 1; nil without negative runs.
  package var specificity: Double? { Self.share(trueNegatives, falsePositives) }

  /// Wilson's interval of the sensitivity; nil without positive runs.
  /// - Parameter level: The nominal coverage, in (0, 1).
  package func sensitivityInterval(level: Double = 0.95) -> ConfidenceInterval? {
    ConfidenceInterval.ofShare(truePositives, of: truePositives + falseNegatives, level: level)
  }

  /// Wilson's interval of the specificity; nil without negative runs.
  /// - Parameter level: The nominal coverage, in (0, 1).
  package func specificityInterval(level: Double = 0.95) -> ConfidenceInterval? {
    ConfidenceInterval.ofShare(trueNegatives, of: trueNegatives + falsePositives, level: level)
  }

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

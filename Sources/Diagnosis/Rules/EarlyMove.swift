import LinearAlgebra

/// How far the second to fifth step of a run moved its policy, and what that says about the rate.
package struct EarlyMove: Sendable, Equatable {
  /// Nats per token: the median of the steps. A policy that a step destroyed hardly moves in those after it; then the
  /// longest.
  package let divergence: Double
  /// The longest of the steps, in nats per token.
  package let longest: Double

  /// How much shorter than the longest the last step of a destroyed policy is, as a factor.
  private static let standstill = 10.0

  /// - Parameter divergences: Of the second to fifth step, in their order, in nats per token.
  /// - Returns: nil if fewer than three are known.
  package init?(_ divergences: [Double]) {
    guard divergences.count >= 3, let last = divergences.last,
      let median = SampleQuantile.median(of: divergences)
    else { return nil }
    longest = divergences.reduce(0, max)
    let isStill = longest > StepLaw.reach && last * Self.standstill < longest
    divergence = isStill ? longest : median
  }

  /// Whether the steps were too long for the law to say how far the rate is from what the start bears. One long step among
  /// short ones is none of the rate's.
  package var isBeyondReach: Bool {
    longest > StepLaw.reach && divergence > StepLaw.deadlyDivergence
  }

  /// What a sentence names, in nats per token: the longest step where that one put the rate out of the law's reach.
  package var shown: Double { isBeyondReach ? longest : divergence }

  /// How many times what its start bears the rate is, at least: divergences go with its square.
  package var excess: Double {
    ((isBeyondReach ? StepLaw.reach : divergence) / StepLaw.deadlyDivergence).squareRoot()
  }

  /// By what the rate should be divided, at least, for the upper end of the best rates.
  package var rateDivisor: Double { (excess * StepLaw.safeDivisors.least).rounded(.up) }

  /// Whether the rate is above the best ones, though the start bears it.
  package var isAboveBest: Bool { excess < 1 && excess * StepLaw.safeDivisors.least > 1 }

  /// Where the rate stands, in words: `1.1 times what this start bears`.
  package var standing: String {
    if isBeyondReach {
      return "more than \(Words.number(excess.rounded(.down))) times what this start bears"
    }
    return excess >= 1
      ? "\(Words.number((excess * 10).rounded() / 10)) times what this start bears"
      : excess < 0.01
        ? "less than 1 % of what this start bears"
        : "\(Words.percent((excess * 100).rounded() / 100)) of what this start bears"
  }
}

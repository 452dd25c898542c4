/// How far one arm is above the baseline on the seeds that both have.
public struct PairedDifference: Codable, Equatable, Sendable {
  /// Arm minus baseline, with the interval over common seeds.
  public var estimate: Estimate
  /// The two-sided sign-flip p value, in (0, 1].
  ///
  /// Never below 2/2ⁿ: five seeds reach 0.0625 at best, whatever the effect.
  public var pValue: Double
  /// The p value after Holm's correction for the other comparisons of its family; nil below ``fewestForFamilies`` seeds.
  public var adjustedPValue: Double?
  /// Hedges' g: the mean difference in standard deviations of the differences, corrected for the bias of few
  /// seeds; nil below three seeds, or if all differences are equal.
  public var hedgesG: Double?

  public init(estimate: Estimate, pValue: Double, adjustedPValue: Double?, hedgesG: Double?) {
    self.estimate = estimate
    self.pValue = pValue
    self.adjustedPValue = adjustedPValue
    self.hedgesG = hedgesG
  }

  /// With m comparisons and n seeds Holm's correction can reach 0.05 only if 2m/2ⁿ ≤ 0.05: nine seeds for eight to twelve
  /// comparisons. With fewer it is 1 whatever the effect, so it is left out.
  public static let fewestForFamilies = 9

  /// Compares the seeds that both have; nil if they have none in common.
  ///
  /// A difference that exceeds the range of Double is no measurement and is left out.
  /// Pairing removes the seed's share of the spread from the difference, so that a smaller effect can be seen
  /// than between independent groups.
  /// The adjusted p value is the plain one until a family is corrected. O(2ⁿ n + resamples · n).
  /// - Parameters:
  ///   - scores: The score of each seed of the arm.
  ///   - baseline: The score of each seed of the baseline.
  ///   - range: Between what scores can lie; nil if that is not known.
  ///   - bootstrap: How the interval is made; its seed also serves the sign-flip test.
  public init?(
    of scores: [Int: Double], to baseline: [Int: Double], in range: ClosedRange<Double>? = nil,
    bootstrap: BootstrapInterval = Estimate.bootstrap
  ) {
    let seeds = scores.keys.filter { baseline[$0] != nil }.sorted()
    let differences = seeds.compactMap { seed in
      scores[seed].flatMap { score in baseline[seed].map { score - $0 } }
    }.filter(\.isFinite)
    guard
      let test = SignFlipTest(
        differences: differences, samples: bootstrap.resamples, seed: bootstrap.seed)
    else { return nil }
    let interval = SeedInterval.ofMean(
      differences, level: bootstrap.level, resamples: bootstrap.resamples)
    // Two scores are no further apart than their range is wide.
    let width = range.map { $0.upperBound - $0.lowerBound } ?? .infinity
    self.init(
      estimate: Estimate(
        mean: test.meanDifference, interval: interval?.within(-width...width),
        count: differences.count),
      pValue: test.pValue,
      adjustedPValue: differences.count < Self.fewestForFamilies ? nil : test.pValue,
      hedgesG: EffectSize.pairedHedges(differences))
  }

  /// The same differences, each with its p value corrected for all of them; nil stays nil and does not count.
  static func corrected(_ family: [PairedDifference?]) -> [PairedDifference?] {
    let adjusted = HolmCorrection.adjusted(family.compactMap { $0?.pValue })
    var next = adjusted.makeIterator()
    return family.map { member in
      guard var member, let value = next.next() else { return nil }
      if member.estimate.count >= fewestForFamilies { member.adjustedPValue = value }
      return member
    }
  }
}

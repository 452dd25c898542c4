/// Two ways of training compared on the same seeds.
///
/// The seed takes its share of the spread out of the difference, so that a smaller effect is seen
/// than between independent groups.
public struct PairedComparison: Sendable, Equatable, Codable {
  /// First minus second, a seed each, in the order given.
  public let differences: [Double]
  /// The mean of the differences.
  public let meanDifference: Double
  /// The bootstrap interval of the mean difference; nil for one seed.
  public let interval: ConfidenceInterval?
  /// The permutation test of the mean difference.
  public let signFlip: SignFlipTest
  /// The signed-rank test; nil where no seed shows a difference.
  public let wilcoxon: WilcoxonSignedRank?
  /// The mean difference in deviations of the differences; nil where they do not spread.
  public let cohensD: Double?
  /// Cohen's d without the bias of few seeds; nil below three seeds.
  public let hedgesG: Double?

  /// Compares values of common seeds; nil without seeds.
  /// - Parameters:
  ///   - first: The values of the first way, one a seed; finite.
  ///   - second: The values of the second way, in the same order of seeds.
  ///   - alternative: What both tests hold against "no difference".
  ///   - bootstrap: How the interval is made; its seed also serves the permutation test.
  public init?(
    _ first: [Double], _ second: [Double], alternative: Alternative = .twoSided,
    bootstrap: BootstrapInterval = BootstrapInterval()
  ) {
    precondition(first.count == second.count, "a paired comparison needs as many values each")
    let differences = zip(first, second).map { $0 - $1 }
    guard
      let signFlip = SignFlipTest(
        differences: differences, alternative: alternative, samples: bootstrap.resamples,
        seed: bootstrap.seed)
    else { return nil }
    self.differences = differences
    self.signFlip = signFlip
    meanDifference = signFlip.meanDifference
    interval = bootstrap.ofMean(differences)
    wilcoxon = WilcoxonSignedRank(differences: differences, alternative: alternative)
    cohensD = EffectSize.pairedCohen(differences)
    hedgesG = EffectSize.pairedHedges(differences)
  }

  /// Compares the seeds that both ways have; nil if they have none in common.
  /// - Parameters:
  ///   - first: The value of each seed of the first way; finite.
  ///   - second: The value of each seed of the second way.
  ///   - alternative: What both tests hold against "no difference".
  ///   - bootstrap: How the interval is made; its seed also serves the permutation test.
  public init?(
    bySeed first: [Int: Double], _ second: [Int: Double], alternative: Alternative = .twoSided,
    bootstrap: BootstrapInterval = BootstrapInterval()
  ) {
    let seeds = first.keys.filter { second[$0] != nil }.sorted()
    self.init(
      seeds.compactMap { first[$0] }, seeds.compactMap { second[$0] }, alternative: alternative,
      bootstrap: bootstrap)
  }
}

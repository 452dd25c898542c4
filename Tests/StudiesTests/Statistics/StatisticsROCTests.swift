import LinearAlgebra
import Studies
import Testing

@Suite struct StatisticsROCTests {
  /// Scores with ties of twelve positive and fifteen negative runs.
  private func scores(seed: UInt64) -> (scores: [Double], labels: [Bool]) {
    var generator = SplitMix64(seed: seed)
    let positives = gaussians(12, mean: 1, &generator)
    let negatives = gaussians(15, &generator)
    return (
      (positives + negatives).map { ($0 * 4).rounded() / 4 },
      (0..<27).map { $0 < 12 }
    )
  }

  @Test(arguments: 1...UInt64(5))
  func `reversed labels have the rest of the area and the same variance`(seed: UInt64) throws {
    let (scores, labels) = scores(seed: seed)
    let area = try #require(ROCArea(scores: scores, labels: labels))
    let reversed = try #require(ROCArea(scores: scores, labels: labels.map { !$0 }))
    #expect(agree(area.area, 1 - reversed.area))
    #expect(try agree(#require(area.variance), #require(reversed.variance)))
  }

  @Test(arguments: 1...UInt64(5))
  func `a rising transform of the scores changes neither area nor intervals`(seed: UInt64) throws {
    let (scores, labels) = scores(seed: seed)
    let plain = try #require(ROCArea(scores: scores, labels: labels))
    let cubed = try #require(
      ROCArea(scores: scores.map { $0 * $0 * $0 + 2 * $0 - 7 }, labels: labels))
    #expect(plain.area == cubed.area)
    #expect(plain.interval() == cubed.interval())
    #expect(plain.bootstrapInterval(seed: 3) == cubed.bootstrapInterval(seed: 3))
  }

  @Test func `the area is the rank-sum test's superiority`() throws {
    let (scores, labels) = scores(seed: 6)
    let area = try #require(ROCArea(scores: scores, labels: labels))
    let test = try #require(MannWhitney(area.positives, area.negatives))
    #expect(agree(area.area, test.superiority))
  }

  @Test func `groups that do not overlap have the area 1 and no interval`() throws {
    let area = try #require(ROCArea(positives: [3, 4, 5], negatives: [1, 2]))
    #expect(area.area == 1)
    #expect(area.interval() == nil && area.bootstrapInterval() == nil)
  }

  @Test func `one group alone has no area, and one run in a group no interval`() throws {
    #expect(ROCArea(positives: [], negatives: [1]) == nil)
    #expect(ROCArea(scores: [1, 2], labels: [true, true]) == nil)
    let single = try #require(ROCArea(positives: [1.5], negatives: [1, 2]))
    #expect(single.area == 0.5)
    #expect(single.variance == nil && single.interval() == nil)
    #expect(single.bootstrapInterval() == nil)
  }

  @Test func `both intervals of many scores are alike`() throws {
    var generator = SplitMix64(seed: 15)
    let area = try #require(
      ROCArea(
        positives: gaussians(150, mean: 0.7, &generator), negatives: gaussians(200, &generator)))
    let delong = try #require(area.interval())
    let bootstrap = try #require(area.bootstrapInterval(seed: 1))
    // A tenth of the width: the normal and the resampled distribution differ by less.
    #expect(abs(delong.lower - bootstrap.lower) < 0.1 * delong.width)
    #expect(abs(delong.upper - bootstrap.upper) < 0.1 * delong.width)
  }

  /// The true area of normal scores one apart is Φ(1/√2); 200 studies have a standard error of 0.017.
  @Test func `DeLong's interval holds the true area about as often as it says`() throws {
    let truth = NormalDistribution.cumulative(1 / 2.0.squareRoot())
    var generator = SplitMix64(seed: 16)
    var held = 0
    for _ in 0..<200 {
      let area = try #require(
        ROCArea(positives: gaussians(30, mean: 1, &generator), negatives: gaussians(30, &generator))
      )
      if try #require(area.interval()).contains(truth) { held += 1 }
    }
    #expect(held >= 178 && held <= 199)
  }

  @Test func `the learned threshold has the greatest index of all thresholds`() throws {
    for seed in 1...UInt64(5) {
      let (scores, labels) = scores(seed: seed)
      let area = try #require(ROCArea(scores: scores, labels: labels))
      let learned = try #require(
        YoudenThreshold(positives: area.positives, negatives: area.negatives))
      let indices = (scores + [100]).map { value in
        Double(area.positives.count { $0 >= value }) / 12
          - Double(area.negatives.count { $0 >= value }) / 15
      }
      #expect(try agree(learned.index, #require(indices.max())))
    }
  }

  @Test func `separate groups are split in the middle of the gap`() throws {
    let threshold = try #require(YoudenThreshold(positives: [5, 9], negatives: [1, 3]))
    #expect(threshold.value == 4 && threshold.index == 1)
    let one = 1.0
    let next = one.nextUp
    let neighbours = try #require(YoudenThreshold(positives: [next], negatives: [one]))
    #expect(neighbours.calls(next) && !neighbours.calls(one))
  }

  @Test func `a score that tells nothing has the index 0`() throws {
    let threshold = try #require(YoudenThreshold(positives: [2, 2], negatives: [2]))
    #expect(threshold.index == 0)
    #expect(YoudenThreshold(positives: [], negatives: [1]) == nil)
  }

  @Test func `a threshold is judged by the runs it did not see`() throws {
    let threshold = try #require(YoudenThreshold(positives: [5, 9], negatives: [1, 3]))
    let judgement = ThresholdJudgement(
      of: threshold, positives: [4, 6, 3.5], negatives: [0, 2, 3, 8])
    #expect(judgement.sensitivity == 2.0 / 3)
    #expect(judgement.specificity == 3.0 / 4)
    #expect(judgement.precision == 2.0 / 3)
    #expect(judgement.balancedAccuracy == (2.0 / 3 + 3.0 / 4) / 2)
    let oneSided = ThresholdJudgement(of: threshold, positives: [], negatives: [8])
    #expect(oneSided.sensitivity == nil && oneSided.specificity == 0)
    #expect(oneSided.balancedAccuracy == nil && oneSided.sensitivityInterval() == nil)
  }

  @Test func `each group is judged once by a threshold of the others`() throws {
    let judgement = try #require(
      ThresholdJudgement(
        leavingOutEachGroup: ["a", "a", "b", "b", "c", "c"], scores: [1, 5, 2, 6, 3, 0],
        labels: [false, true, false, true, false, true]))
    #expect(judgement.count == 6)
    // Without c the groups split at 3.5; c's positive run of 0 is missed. With it the best threshold
    // still lies between 3 and 5 or 6.
    #expect(judgement.truePositives == 2 && judgement.falseNegatives == 1)
    #expect(judgement.trueNegatives == 3)
  }

  @Test func `a group that holds all positive runs cannot be judged`() throws {
    let none = ThresholdJudgement(
      leavingOutEachGroup: [1, 2], scores: [3, 1], labels: [true, false])
    #expect(none == nil)
  }

  @Test func `a threshold learned on noise looks good there and is worthless elsewhere`() throws {
    var generator = SplitMix64(seed: 33)
    var learned = 0.0
    var judged = 0.0
    for _ in 0..<200 {
      let threshold = try #require(
        YoudenThreshold(positives: gaussians(8, &generator), negatives: gaussians(8, &generator)))
      let judgement = ThresholdJudgement(
        of: threshold, positives: gaussians(20, &generator), negatives: gaussians(20, &generator))
      learned += threshold.index / 200
      judged += try 2 * #require(judgement.balancedAccuracy) - 1
    }
    #expect(learned > 0.15)
    // One study's index has a deviation of about 0.15: three standard errors of the mean are 0.032.
    #expect(abs(judged / 200) < 0.035)
  }
}

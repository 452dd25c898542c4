import LinearAlgebra
import Studies
import Testing

@Suite struct StatisticsROCTests {
  /// Scores with ties of twelve positive and fifteen negative runs.
  private func scores(seed: UInt64) -> (positives: [Double], negatives: [Double]) {
    var generator = SplitMix64(seed: seed)
    let positives = gaussians(12, mean: 1, &generator).map { ($0 * 4).rounded() / 4 }
    return (positives, gaussians(15, &generator).map { ($0 * 4).rounded() / 4 })
  }

  @Test(arguments: 1...UInt64(5))
  func `swapped groups have the rest of the area and the same variance`(seed: UInt64) throws {
    let (positives, negatives) = scores(seed: seed)
    let area = try #require(ROCArea(positives: positives, negatives: negatives))
    let swapped = try #require(ROCArea(positives: negatives, negatives: positives))
    #expect(agree(area.area, 1 - swapped.area))
    #expect(try agree(#require(area.variance), #require(swapped.variance)))
  }

  @Test(arguments: 1...UInt64(5))
  func `a rising transform of the scores changes neither area nor interval`(seed: UInt64) throws {
    let (positives, negatives) = scores(seed: seed)
    func cubed(_ value: Double) -> Double { value * value * value + 2 * value - 7 }
    let plain = try #require(ROCArea(positives: positives, negatives: negatives))
    let changed = try #require(
      ROCArea(positives: positives.map(cubed), negatives: negatives.map(cubed)))
    #expect(plain.area == changed.area)
    #expect(plain.interval() == changed.interval())
  }

  @Test func `the area is the share of pairs in which the positive score is the larger`() throws {
    let (positives, negatives) = scores(seed: 6)
    let area = try #require(ROCArea(positives: positives, negatives: negatives))
    let wins = positives.flatMap { one in
      negatives.map { one > $0 ? 1 : one == $0 ? 0.5 : 0 }
    }
    #expect(agree(area.area, wins.reduce(0, +) / Double(wins.count)))
  }

  @Test func `groups that do not overlap have the area 1 and no interval`() throws {
    let area = try #require(ROCArea(positives: [3, 4, 5], negatives: [1, 2]))
    #expect(area.area == 1)
    #expect(area.interval() == nil)
  }

  @Test func `one group alone has no area, and one run in a group no interval`() throws {
    #expect(ROCArea(positives: [], negatives: [1]) == nil)
    #expect(ROCArea(positives: [1], negatives: []) == nil)
    let single = try #require(ROCArea(positives: [1.5], negatives: [1, 2]))
    #expect(single.area == 0.5)
    #expect(single.variance == nil && single.interval() == nil)
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
      let (positives, negatives) = scores(seed: seed)
      let learned = try #require(YoudenThreshold(positives: positives, negatives: negatives))
      let indices = (positives + negatives + [100]).map { value in
        Double(positives.count { $0 >= value }) / 12 - Double(negatives.count { $0 >= value }) / 15
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

  @Test func `calls are judged by their labels`() throws {
    let judgement = try #require(
      ThresholdJudgement(
        calls: [true, true, false, false, false, true, false],
        labels: [true, true, true, false, false, false, false]))
    #expect(judgement.truePositives == 2 && judgement.falseNegatives == 1)
    #expect(judgement.trueNegatives == 3 && judgement.falsePositives == 1)
    #expect(judgement.sensitivity == 2.0 / 3)
    #expect(judgement.specificity == 3.0 / 4)
  }

  @Test func `without runs of a kind its share is not known, and without calls nothing is`() throws
  {
    let negative = try #require(ThresholdJudgement(calls: [true], labels: [false]))
    #expect(negative.sensitivity == nil && negative.specificity == 0)
    #expect(negative.sensitivityInterval() == nil)
    #expect(ThresholdJudgement(calls: [], labels: []) == nil)
  }

  @Test func `a threshold learned on noise looks good there and is worthless elsewhere`() throws {
    var generator = SplitMix64(seed: 33)
    var learned = 0.0
    var judged = 0.0
    for _ in 0..<200 {
      let threshold = try #require(
        YoudenThreshold(positives: gaussians(8, &generator), negatives: gaussians(8, &generator)))
      let judgement = try #require(
        ThresholdJudgement(
          calls: gaussians(40, &generator).map(threshold.calls),
          labels: (0..<40).map { $0 < 20 }))
      learned += threshold.index / 200
      judged += try #require(judgement.sensitivity) + #require(judgement.specificity) - 1
    }
    #expect(learned > 0.15)
    // One study's index has a deviation of about 0.15: three standard errors of the mean are 0.032.
    #expect(abs(judged / 200) < 0.035)
  }
}

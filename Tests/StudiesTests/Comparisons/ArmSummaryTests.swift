import Diagnosis
import Foundation
import LinearAlgebra
import Spectra
import Studies
import Testing

@Suite("Arm summaries") struct ArmSummaryTests {
  private static let bootstrap = BootstrapInterval(.percentile, resamples: 40)

  private func noise(_ seed: UInt64, effects: [String: Double] = [:]) -> StudyResults {
    var generator = SplitMix64(seed: seed)
    return SyntheticStudy.arms(
      ["lora", "pissa", "dora"], rates: [1e-4, 1e-3], seeds: 10, effects: effects, &generator)
  }

  @Test func `the estimate of equal values is that value and its interval a point`() throws {
    let estimate = try #require(Estimate(of: [0.5, 0.5, 0.5]))
    #expect(estimate.mean == 0.5 && estimate.count == 3)
    #expect(estimate.interval?.lower == 0.5 && estimate.interval?.upper == 0.5)
  }

  @Test(arguments: [[0.1, 0.7, 0.4], [0.9, 0.2, 0.3, 0.8, 0.1]])
  func `the interval of an estimate is at least Student's, as in verdicts`(
    values: [Double]
  ) throws {
    let interval = try #require(Estimate(of: values)?.interval)
    // Two-sided 95 % points of Student's distribution at two and four degrees.
    let quantile = values.count == 3 ? 4.302653 : 2.776445
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let count = Double(values.count)
    let reach = quantile * (squares / (count - 1) / count).squareRoot()
    #expect(interval.lower <= mean - reach + 1e-6)
    #expect(interval.upper >= mean + reach - 1e-6)
  }

  @Test func `below nine seeds no p value is corrected for a family`() {
    var generator = SplitMix64(seed: 11)
    for seeds in [8, 9] {
      let study = SyntheticStudy.arms(["lora", "pissa"], seeds: seeds, &generator)
      for summary in ArmSummary.summaries(of: study, bootstrap: Self.bootstrap) {
        #expect((summary.difference?.adjustedPValue != nil) == (seeds == 9))
      }
    }
  }

  @Test func `an estimate does not depend on the order and leaves out what is not finite`() {
    #expect(Estimate(of: [0.1, 0.7, 0.4]) == Estimate(of: [0.7, .nan, 0.4, 0.1]))
    #expect(Estimate(of: [.nan]) == nil)
    #expect(Estimate(of: [0.3])?.interval == nil)
  }

  @Test func `the baseline differs from itself by 0 with p value 1`() throws {
    for summary in ArmSummary.summaries(of: noise(1)) where summary.arm == "lora" {
      let difference = try #require(summary.difference)
      #expect(difference.estimate.mean == 0 && difference.estimate.interval?.width == 0)
      #expect(difference.pValue == 1 && difference.adjustedPValue == 1)
      #expect(difference.hedgesG == nil)
    }
  }

  @Test func `score, start, gain and difference are means over seeds`() throws {
    let runs = [
      SyntheticStudy.run("lora", seed: 0, score: 0.5),
      SyntheticStudy.run("lora", seed: 1, score: 0.625),
      SyntheticStudy.run("pissa", seed: 0, score: 0.75, medians: ["stable_rank": 1]),
      SyntheticStudy.run("pissa", seed: 1, score: 0.75, medians: ["stable_rank": 4]),
      // No partner among the baseline's seeds.
      SyntheticStudy.run("pissa", seed: 2, score: 0),
    ]
    let summaries = ArmSummary.summaries(of: SyntheticStudy.study(runs))
    let pissa = try #require(summaries.last)
    #expect(summaries.map(\.arm) == ["lora", "pissa"])
    #expect(pissa.score?.mean == 0.5 && pissa.score?.count == 3 && pissa.runs == 3)
    #expect(pissa.seeds == [0, 1, 2] && pissa.startScore.map { abs($0 - 0.4) < 1e-15 } == true)
    #expect(pissa.gain.map { abs($0.mean - 0.1) < 1e-15 } == true)
    #expect(pissa.difference?.estimate.mean == 0.1875 && pissa.difference?.estimate.count == 2)
    #expect(pissa.medians == ["stable_rank": 2.5])
  }

  @Test func `an arm is compared with the baseline at its own rate only`() throws {
    let runs = [
      SyntheticStudy.run("lora", rate: 1e-4, seed: 0, score: 0.25),
      SyntheticStudy.run("lora", rate: 1e-3, seed: 0, score: 0.5),
      SyntheticStudy.run("pissa", rate: 1e-3, seed: 0, score: 0.75),
      SyntheticStudy.run("pissa", rate: 1e-2, seed: 0, score: 0),
    ]
    let pissa = ArmSummary.summaries(of: SyntheticStudy.study(runs)).filter { $0.arm == "pissa" }
    #expect(pissa.map(\.factors.learningRate) == [1e-3, 1e-2])
    #expect(pissa[0].difference?.estimate.mean == 0.25)
    #expect(pissa[1].difference == nil)
  }

  @Test func `runs that fell or failed are counted with the step where they did`() throws {
    var failed = SyntheticStudy.run("c", seed: 2, fallsAt: nil, medians: [:])
    failed.curves["reward"]?.removeLast(80)
    failed.steps.removeLast()
    failed.failure = "the loss is not finite"
    let runs = [
      SyntheticStudy.run("a", seed: 0, fallsAt: nil, medians: [:]),
      // It fell at 60. The failed run logged 20 last.
      SyntheticStudy.run("b", seed: 1, fallsAt: 60, medians: [:]),
      failed,
      SyntheticStudy.run("d", seed: 3, fallsAt: 20, medians: [:], back: 40),
    ]
    let summary = try #require(ArmSummary.summaries(of: SyntheticStudy.study(runs)).first)
    #expect(summary.runs == 4 && summary.collapsed == 2)
    #expect(try #require(summary.collapseStep) == 40)
  }

  @Test func `the order of the runs changes nothing`() {
    var study = noise(2)
    let before = StudyComparison(of: study, bootstrap: Self.bootstrap)
    var generator = SplitMix64(seed: 3)
    study.runs.shuffle(using: &generator)
    #expect(StudyComparison(of: study, bootstrap: Self.bootstrap) == before)
  }

  @Test func `a comparison reads back from JSON, though a run logged no finite accuracy`() throws {
    var study = noise(8)
    study.runs[0].curves["eval_accuracy"] = [
      CurvePoint(step: 0, value: .nan), CurvePoint(step: 100, value: .nan),
    ]
    let comparison = StudyComparison(of: study, bootstrap: Self.bootstrap)
    let data = try JSONEncoder().encode(comparison)
    #expect(try JSONDecoder().decode(StudyComparison.self, from: data) == comparison)
  }

  @Test func `a planted effect is found and its interval holds it, the other arm is not`() throws {
    // The effect is three deviations of a difference.
    let study = noise(4, effects: ["pissa": 0.1])
    let summaries = ArmSummary.summaries(of: study)
    for summary in summaries where summary.arm != "lora" {
      let difference = try #require(summary.difference)
      #expect(((difference.adjustedPValue ?? 1) <= 0.05) == (summary.arm == "pissa"))
      #expect(difference.pValue <= (difference.adjustedPValue ?? 1))
      if summary.arm == "pissa" {
        #expect(abs(difference.estimate.mean - 0.1) < 0.04)
        #expect(difference.hedgesG.map { $0 > 1 } == true)
      }
    }
  }

  /// 2/2⁸ times seven comparisons is 0.0547.
  @Test func `eight seeds cannot show an effect among seven comparisons, ten can`() {
    let arms = (0..<8).map { $0 == 0 ? "lora" : "arm \($0)" }
    var generator = SplitMix64(seed: 5)
    for (seeds, isShown) in [(8, false), (10, true)] {
      let study = SyntheticStudy.arms(
        arms, seeds: seeds, effects: ["arm 1": 0.4], &generator)
      let shown = ArmSummary.summaries(of: study, bootstrap: Self.bootstrap)
        .filter { $0.difference?.adjustedPValue ?? 1 <= 0.05 }.map(\.arm)
      #expect(shown == (isShown ? ["arm 1"] : []))
    }
  }

  @Test func `without effects few of 200 studies find one among seven comparisons`() {
    let arms = (0..<8).map { $0 == 0 ? "lora" : "arm \($0)" }
    var generator = SplitMix64(seed: 6)
    var found = 0
    for _ in 0..<200 {
      // Ten seeds: with eight no comparison could be significant, and the test would prove nothing.
      let study = SyntheticStudy.arms(arms, seeds: 10, &generator)
      let summaries = ArmSummary.summaries(of: study, bootstrap: Self.bootstrap)
      if summaries.contains(where: {
        $0.arm != "lora" && $0.difference?.adjustedPValue ?? 1 <= 0.05
      }) {
        found += 1
      }
    }
    // 5 % of 200 is 10; three standard errors are 9. Some must be found, or the test were empty.
    #expect(found > 0 && found <= 19)
  }
}

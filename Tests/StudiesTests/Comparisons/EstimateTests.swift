import Checkpoints
import Diagnosis
import Studies
import Testing

@Suite("Estimates") struct EstimateTests {
  @Test(arguments: [[0.9, 1.0, 0.95], [0, 0.02, 0.3], [0.5, 0.5], [1, 1, 1]])
  func `an interval is cut to where the quantity can be, and only there`(values: [Double]) throws {
    let whole = try #require(Estimate(of: values)?.interval)
    let cut = try #require(Estimate(of: values, in: 0...1)?.interval)
    #expect(cut.lower == max(0, whole.lower) && cut.upper == min(1, whole.upper))
    #expect(cut.level == whole.level)
  }

  @Test func `shares have a range, losses of rewards have none`() {
    #expect(Measure.examination.range == 0...1)
    #expect(Measure(kind: .supervised, quantity: .loss).range?.lowerBound == 0)
    #expect(Measure(kind: .reinforcement, quantity: .loss).range == nil)
    #expect(Measure(kind: .reinforcement, quantity: .reward).range == nil)
  }

  @Test func `warnings are ranked only where enough runs collapsed`() {
    let few = SyntheticStudy.study(
      (0..<3).flatMap { seed in
        [
          SyntheticStudy.run("dies", seed: seed, fallsAt: 40, medians: ["planted": 9]),
          SyntheticStudy.run("lives", seed: seed, fallsAt: nil, medians: ["planted": 1]),
        ]
      })
    let comparison = StudyComparison(of: few, bootstrap: .init(resamples: 1))
    #expect(!comparison.warnings.isEmpty && comparison.rankedWarnings.isEmpty)
  }
}

import Diagnosis
import LinearAlgebra
import Testing

@Suite("Collapse score") struct CollapseScoreTests {
  private func score(_ rewards: [Double], at step: Int) -> Double? {
    CollapseScore(of: rewards.enumerated().map { CurvePoint(step: $0, value: $1) })
      .value(atStep: step, isFinite: true)
  }

  @Test func `the share of the best average that is lost is the score`() {
    let rewards = Array(repeating: 0.8, count: 10) + Array(repeating: 0.2, count: 10)
    #expect(abs(score(rewards, at: 9) ?? 1) < 1e-12)
    #expect(abs((score(rewards, at: 19) ?? 0) - 0.75) < 1e-12)
    #expect(score(rewards, at: -1) == nil && score([], at: 5) == nil)
  }

  @Test(arguments: [
    [1e308, -1e308], [-1e308, 1e308], [1.7e308, 1.7e308], [Double.leastNonzeroMagnitude, 0],
    [-Double.leastNonzeroMagnitude, 0],
  ])
  func `rewards at the ends of the range of Double have a score in 0 … 1`(ends: [Double]) throws {
    let rewards = (0..<40).map { ends[$0 % 2] }
    for step in 0..<40 {
      let score = score(rewards, at: step) ?? 0
      #expect(score >= 0 && score <= 1)
    }
  }

  @Test(arguments: [1, 7, 1024, 1025, 3000])
  func `trailing means are those of the windows`(window: Int) {
    var generator = SplitMix64(seed: 5)
    let values = (0..<4000).map { _ in generator.nextGaussian() }
    let means = SampleMoments.trailingMeans(of: values, window: window)
    #expect(means.count == values.count)
    for index in stride(from: 0, to: values.count, by: 61) {
      let part = values[max(0, index - window + 1)...index]
      let mean = part.reduce(0, +) / Double(part.count)
      #expect(abs(means[index] - mean) <= (window <= 1024 ? 0 : 1e-14))
    }
  }

  @Test func `long windows carry no rounding from huge values to later ones`() {
    let values = [1e16, 1e200] + Array(repeating: 0.1, count: 5000)
    let means = SampleMoments.trailingMeans(of: values, window: 2000)
    #expect(abs(means[5001] - 0.1) < 1e-14)
  }

  @Test func `half a million logged rows are averaged once`() {
    // Quadratic work would take minutes here: the window spans 50,000 rows.
    let curve = (0..<500_000).map { CurvePoint(step: $0, value: Double($0 % 97)) }
    let score = CollapseScore(of: curve)
    let scores = (0..<1000).map { score.value(atStep: 500 * $0, isFinite: true) }
    #expect(scores.allSatisfy { ($0 ?? 0) <= 1 })
  }
}

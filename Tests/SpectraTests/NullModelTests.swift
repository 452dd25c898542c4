import LinearAlgebra
import Spectra
import Testing

@Suite("Null models") struct NullModelTests {
  @Test(arguments: [1, 2, 8, 16])
  func `head shares of random orientations have standard scores of mean 0 and variance 1`(rank: Int)
    throws
  {
    var generator = SplitMix64(seed: UInt64(1000 + rank))
    let (rows, columns, count, draws) = (24, 16, 4, 2000)
    let values = (0..<rank).map { 1 / Double($0 + 1) }
    let null = HeadShareNull(values: values, count: count, dimension: columns)
    let energy = values.reduce(0) { $0 + $1 * $1 }
    var (sum, squares) = (0.0, 0.0)
    for _ in 0..<draws {
      // The head of a base in a fixed orientation is the first coordinates.
      let right = generator.orthonormalFrame(rows: columns, columns: rank)
      var share = 0.0
      for row in 0..<count {
        for (column, value) in values.enumerated() {
          let entry = right[row, column] * value
          share += entry * entry
        }
      }
      let score = try #require(null.standardScore(of: share / energy))
      sum += score
      squares += score * score
    }
    let mean = sum / Double(draws)
    let variance = squares / Double(draws) - mean * mean
    // Four standard errors: 1/√draws for the mean; for the variance of a share with excess kurtosis up
    // to 6, √((kurtosis + 2)/draws) ≤ √(8/2000).
    #expect(abs(mean) <= 4 / Double(draws).squareRoot())
    #expect(abs(variance - 1) <= 4 * (8 / Double(draws)).squareRoot())
    _ = rows
  }

  @Test func `an update with equal singular values in every direction has no spread`() {
    let null = HeadShareNull(values: Array(repeating: 2, count: 10), count: 3, dimension: 10)
    #expect(null.mean == 0.3)
    #expect(null.standardScore(of: 0.3) == nil)
  }

  @Test func `the formula of the null agrees with 40 dimensions, rank 4 and K = 8`() {
    // Equal singular values: 2 · K(n−K)/n · (r − r²/n) / ((n−1)(n+2)) / r².
    let null = HeadShareNull(values: [1, 1, 1, 1], count: 8, dimension: 40)
    let expected = (2.0 * 8 * 32 / 40 * (4 - 16.0 / 40) / (39 * 42) / 16).squareRoot()
    #expect(abs(null.standardDeviation - expected) <= 1e-15)
  }

  @Test func `sampled nulls contain the closed form and repeat`() throws {
    var generator = SplitMix64(seed: 5)
    let base = trainedLikeMatrix(rows: 24, columns: 16, using: &generator)
    let update = WeightUpdate.factored(
      left: generator.gaussianMatrix(rows: 24, columns: 2),
      right: 0.01 * generator.gaussianMatrix(rows: 2, columns: 16))
    func analyze() throws -> ModuleAnalysis {
      let reference = DenseReference(base)
      return try ModuleAnalyzer(options: AnalysisOptions(topCount: 4, nullSamples: 60)).analyze(
        ModuleIdentity(
          run: "r", method: "lora", seed: 1, step: 1, module: "m.0.q", rows: 24, columns: 16),
        UpdateForm(update, base: reference.panels), of: reference)
    }
    let first = try analyze()
    #expect(try analyze().nulls == first.nulls)
    let center = try #require(first.nulls.first { $0.metric == "energy_center_right" })
    #expect(center.samples == 60)
    // Four standard errors around the centre of a random orientation.
    #expect(abs(center.mean - 0.5) <= 4 * center.standardDeviation / 60.squareRoot())
    #expect(first.nulls.first { $0.metric == "head_share_right" }?.samples == nil)
    #expect(first.nulls.contains { $0.metric == "principal_angle_left_max" })
  }
}

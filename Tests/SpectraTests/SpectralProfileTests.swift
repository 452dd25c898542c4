import LinearAlgebra
import Spectra
import Testing

/// Which of the base's singular values grew and which shrank.
@Suite("Profile of the change of singular values") struct SpectralProfileTests {
  private func projection(
    _ update: Matrix, base: Matrix, bins: Int, nullSamples: Int = 0
  ) throws -> [ProjectionBin] {
    let reference = DenseReference(base)
    return try ModuleAnalyzer(
      options: AnalysisOptions(topCount: 2, nullSamples: nullSamples, bins: bins)
    ).analyze(
      ModuleIdentity(
        run: "r", method: "full", seed: nil, step: 1, module: "q", rows: base.rows,
        columns: base.columns),
      UpdateForm(.dense(update), base: reference.panels), of: reference
    ).projection
  }

  @Test(arguments: [(9, 6), (6, 9), (6, 6)])
  func `a change of singular values alone is found in its place with its sign`(
    rows: Int, columns: Int
  ) throws {
    var generator = SplitMix64(seed: 3)
    let left = generator.orthonormalFrame(rows: rows, columns: 6)
    let right = generator.orthonormalFrame(rows: columns, columns: 6).transposed()
    let (values, changes) = ([12.0, 10, 8, 6, 4, 2], [0.5, 0.1, 0, -0.4, -0.1, 0.3])
    let bins = try projection(
      left.scalingColumns(by: changes) * right, base: left.scalingColumns(by: values) * right,
      bins: 3)
    for (bin, expected) in zip(bins, [0.6 / 22, -0.4 / 14, 0.2 / 6]) {
      #expect(abs(try #require(bin.spectralChange) - expected) <= 1e-12)
      #expect(abs(try #require(bin.firstOrderChange) - expected) <= 1e-12)
    }
  }

  @Test func `to first order a small update changes what lies along the base's directions`() throws
  {
    var generator = SplitMix64(seed: 4)
    let base = trainedLikeMatrix(rows: 20, columns: 14, using: &generator)
    let update = 1e-7 * generator.gaussianMatrix(rows: 20, columns: 14)
    for bin in try projection(update, base: base, bins: 7) {
      let (found, first) = (try #require(bin.spectralChange), try #require(bin.firstOrderChange))
      #expect(abs(found - first) <= 1e-4 * max(abs(first), 1e-8))
    }
  }

  @Test func `a random update lifts the small singular values most, and so does the sampled null`()
    throws
  {
    var generator = SplitMix64(seed: 5)
    let base = trainedLikeMatrix(rows: 30, columns: 20, using: &generator)
    let update = 0.05 * generator.gaussianMatrix(rows: 30, columns: 20)
    let bins = try projection(update, base: base, bins: 4, nullSamples: 40)
    let null = try bins.map { try #require($0.nullSpectralChange) }
    #expect(null.allSatisfy { $0 > 0 })
    #expect(null[3] > null[0])
    #expect(try projection(update, base: base, bins: 4).allSatisfy { $0.nullSpectralChange == nil })
  }

  @Test func `no spectrum of W + ΔW gives no change, and a base of zeros no profile`() throws {
    var generator = SplitMix64(seed: 6)
    let update = generator.gaussianMatrix(rows: 6, columns: 4)
    #expect(try projection(update, base: Matrix(rows: 6, columns: 4), bins: 4).isEmpty)
    let reference = DenseReference(generator.gaussianMatrix(rows: 6, columns: 4))
    let cheap = try ModuleAnalyzer(options: AnalysisOptions(metrics: ["stable_rank"])).analyze(
      ModuleIdentity(
        run: "r", method: "full", seed: nil, step: 1, module: "q", rows: 6, columns: 4),
      UpdateForm(.dense(update), base: reference.panels), of: reference)
    #expect(cheap.projection.allSatisfy { $0.spectralChange == nil && $0.firstOrderChange != nil })
  }
}

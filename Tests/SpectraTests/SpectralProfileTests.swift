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

  @Test func `the sampled null is what random orientations of the same update do`() throws {
    var generator = SplitMix64(seed: 5)
    let (rows, columns, bins, draws) = (16, 12, 4, 200)
    let base = trainedLikeMatrix(rows: rows, columns: columns, using: &generator)
    let before = try SingularTriplets(of: base).values
    let update = 0.02 * generator.gaussianMatrix(rows: rows, columns: columns)
    let values = try SingularTriplets(of: update).values
    let drawn = try (0..<draws).map { _ in
      let left = generator.orthonormalFrame(rows: rows, columns: columns)
      let right = generator.orthonormalFrame(rows: columns, columns: columns)
      let turned = Matrix.product(
        left.scalingColumns(by: values), .asStored, right, .transposed)
      return try SingularTriplets(of: base + turned).values
    }
    let found = try projection(update, base: base, bins: bins, nullSamples: draws)
    for (bin, row) in found.enumerated() {
      let range = bin * 3..<bin * 3 + 3
      let size = before[range].reduce(0, +)
      let changes = drawn.map { ($0[range].reduce(0, +) - size) / size }
      let mean = try #require(SampleMoments.mean(of: changes))
      let spread = try #require(SampleMoments.standardDeviation(of: changes))
      // Two means of as many draws each.
      let bound = 4 * spread * (2 / Double(draws)).squareRoot()
      #expect(abs(try #require(row.nullSpectralChange) - mean) <= bound)
    }
    // Singular values repel each other.
    #expect(try #require(found[0].nullSpectralChange) > 0)
    #expect(
      try projection(update, base: base, bins: bins).allSatisfy { $0.nullSpectralChange == nil })
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

import LinearAlgebra
import Spectra
import Testing

/// One update in units from 1e-300 to 1e300: its norms keep their order, and what has no unit does not change.
@Suite("Norms at every scale") struct NormScalesTests {
  private static let identity = ModuleIdentity(
    run: "r", method: "full", seed: nil, step: 5, module: "layers.0.o_proj", rows: 24, columns: 16)
  private static let scales = stride(from: -300, through: 300, by: 20).map { exponent in
    Double("1e\(exponent)") ?? .nan
  }

  private static func random(_ seed: UInt64, rows: Int = 24, columns: Int = 16) -> Matrix {
    var generator = SplitMix64(seed: seed)
    return generator.gaussianMatrix(rows: rows, columns: columns)
  }

  private func updates(_ scale: Double) -> [WeightUpdate] {
    [
      .dense(scale * Self.random(1)),
      .factored(
        left: scale * Self.random(2, columns: 3), right: Self.random(3, rows: 3, columns: 16)),
    ]
  }

  private func expectOrder(_ row: ModuleAnalysis, rank: Double) throws {
    let frobenius = try #require(row.metrics["update_frobenius_norm"])
    let spectral = try #require(row.metrics["update_spectral_norm"])
    let nuclear = try #require(row.metrics["nuclear_norm"])
    let rounding = 1 + 1e-9
    #expect(spectral > 0)
    #expect(
      frobenius * rounding >= spectral && spectral * rounding >= frobenius / rank.squareRoot())
    #expect(nuclear * rounding >= frobenius)
  }

  @Test(arguments: scales)
  func `the Frobenius norm is at least the spectral norm, and at most √rank of it`(
    scale: Double
  ) throws {
    let analyzer = ModuleAnalyzer(options: AnalysisOptions(topCount: 4))
    let reference = DenseReference(Self.random(7))
    for (update, rank) in zip(updates(scale), [16.0, 3]) {
      for row in [
        try analyzer.analyze(Self.identity, UpdateForm(update)),
        try analyzer.analyze(
          Self.identity, UpdateForm(update, base: reference.panels), of: reference),
      ] {
        // What is too large to square is a finding.
        if scale < 1e150 { try expectOrder(row, rank: rank) } else { #expect(row.isOverflow) }
      }
    }
  }

  @Test(arguments: scales.filter { $0 < 1e150 })
  func `metrics without a unit are those of the update in another unit`(scale: Double) throws {
    let analyzer = ModuleAnalyzer(options: AnalysisOptions())
    for (update, other) in zip(updates(scale), updates(1)) {
      let row = try analyzer.analyze(Self.identity, UpdateForm(update))
      let expected = try analyzer.analyze(Self.identity, UpdateForm(other))
      #expect(Set(row.metrics.keys) == Set(expected.metrics.keys))
      for metric in MetricRegistry.all where metric.unit != "weight" {
        guard let value = row.metrics[metric.name] else { continue }
        let wanted = try #require(expected.metrics[metric.name])
        #expect(abs(value - wanted) <= 1e-6 * max(abs(wanted), 1), "\(metric.name)")
      }
    }
  }

  @Test(arguments: scales.filter { $0 < 1e150 })
  func `the relative norm is that of the scales, and a cosine is one or absent`(
    scale: Double
  ) throws {
    let base = scale * Self.random(7)
    let reference = DenseReference(base)
    let row = try ModuleAnalyzer(options: AnalysisOptions(topCount: 4)).analyze(
      Self.identity, UpdateForm(.dense(0.5 * base), base: reference.panels), of: reference)
    let relative = try #require(row.metrics["relative_update_norm"])
    #expect(abs(relative - 0.5) <= 1e-6)
    if let cosine = row.metrics["cosine_to_base"] { #expect(abs(cosine - 1) <= 1e-9) }
    #expect((row.metrics["cosine_to_base"] == nil) == (scale < 1e-140))
  }
}

import Foundation
import LinearAlgebra
import Spectra
import Testing

/// Bases and updates at the ends of the range of Double: every result can be written as JSON.
@Suite("Extreme numbers") struct UnusableNumbersTests {
  private static let identity = ModuleIdentity(
    run: "r", method: "full", seed: nil, step: 5, module: "layers.0.o_proj", rows: 24, columns: 16)

  private func analysis(
    base: Matrix, _ update: WeightUpdate, nullSamples: Int = 3
  ) throws -> ModuleAnalysis {
    let reference = DenseReference(base)
    let analysis = try ModuleAnalyzer(
      options: AnalysisOptions(topCount: 4, nullSamples: nullSamples)
    ).analyze(Self.identity, UpdateForm(update, base: reference.panels), of: reference)
    _ = try JSONEncoder().encode(analysis)
    return analysis
  }

  private func random(_ size: Double = 1, seed: UInt64 = 3) -> Matrix {
    var generator = SplitMix64(seed: seed)
    return size * generator.gaussianMatrix(rows: 24, columns: 16)
  }

  @Test func `a base of zeros leaves the update's own metrics and no other`() throws {
    let row = try analysis(base: Matrix(rows: 24, columns: 16), .dense(random()))
    let alone = try ModuleAnalyzer(options: AnalysisOptions()).analyze(
      Self.identity, UpdateForm(.dense(random())))
    for (name, value) in alone.metrics { #expect(row.metrics[name] == value, "\(name)") }
    // These two compare entries, not directions.
    #expect(
      Set(row.metrics.keys).subtracting(alone.metrics.keys)
        == ["bf16_update_sparsity", "storage_survival"])
    #expect(row.projection.isEmpty && row.nulls.isEmpty && row.nonFiniteCount == 0)
    #expect(row.updateSingularValues == alone.updateSingularValues)
  }

  @Test func `the triplets of a base of zeros are finite`() throws {
    let panels = DensePanels(Matrix(rows: 24, columns: 16))
    let triplets = try BaseGeometry(of: panels).principalTriplets(count: 4, of: panels)
    #expect(triplets.values == [0, 0, 0, 0] && triplets.left.isFinite && triplets.right.isFinite)
  }

  @Test func `a factored update of a base of zeros is measured as well`() throws {
    let left = random().columnSlice(0..<2)
    let right = random(seed: 4).rowSlice(0..<2)
    let row = try analysis(base: Matrix(rows: 24, columns: 16), .factored(left: left, right: right))
    #expect(row.metrics["update_rank"] == 2 && row.metrics["relative_update_norm"] == nil)
  }

  @Test(arguments: [1e155, 1e200, 1e300])
  func `an update too large to square is a finding with its count`(size: Double) throws {
    let row = try analysis(base: random(), .dense(random(size)))
    #expect(row.metrics.isEmpty && row.isOverflow)
    #expect(row.nonFiniteCount == 24 * 16)
    let finding = try #require([row].unusableFinding(amongst: 1))
    #expect(finding.hasPrefix("entries that are too large to square: 384 in 1 of 1 analysed"))
  }

  @Test(arguments: [1e155, 1e200, 1e300])
  func `so is a product of factors, with and without a base`(size: Double) throws {
    let left = random(size).columnSlice(0..<2)
    let right = random(seed: 4).rowSlice(0..<2)
    let update = WeightUpdate.factored(left: left, right: right)
    #expect(try analysis(base: random(), update).isOverflow)
    let alone = try ModuleAnalyzer(options: AnalysisOptions()).analyze(
      Self.identity, UpdateForm(update))
    #expect(alone.metrics.isEmpty && alone.isOverflow && alone.nonFiniteCount > 300)
  }

  @Test func `so is a base too large to square`() throws {
    #expect(try analysis(base: random(1e200), .dense(random())).isOverflow)
  }

  @Test func `an update that cannot be made because its base holds NaN is a finding`() throws {
    var base = random()
    base[2, 3] = .nan
    let reference = DenseReference(base)
    let row = try ModuleAnalyzer(options: AnalysisOptions()).analyze(
      Self.identity,
      UpdateForm(.dense(QRFactors(of: base).q), base: reference.panels),
      of: reference)
    #expect(row.nonFiniteCount == 1 && !row.isOverflow && row.metrics.isEmpty)
  }

  @Test(arguments: [1e-160, 1e-200, 1e-300 * 1e-10, Double.leastNonzeroMagnitude])
  func `tiny numbers give rows that can be written`(size: Double) throws {
    _ = try analysis(base: random(), .dense(random(size)))
    _ = try analysis(base: random(size), .dense(random()))
    _ = try analysis(base: random(size), .dense(random(size)))
  }

  @Test(arguments: [(0, 4), (12, 0), (0, 0)])
  func `an empty matrix is an update of zero`(rows: Int, columns: Int) throws {
    let base = Matrix(rows: rows, columns: columns)
    #expect(try analysis(base: base, .dense(base)).metrics["update_rank"] == 0)
    let geometry = try BaseGeometry(of: DensePanels(base))
      .withMasks(of: DensePanels(base), topCount: 4)
    #expect(geometry.values.isEmpty)
    #expect(try BaseGeometry(headOf: DensePanels(base), count: 8).values.isEmpty)
    let triplets = try geometry.principalTriplets(count: 2, of: DensePanels(base))
    #expect(triplets.left.rows == rows && triplets.right.columns == columns)
  }
}

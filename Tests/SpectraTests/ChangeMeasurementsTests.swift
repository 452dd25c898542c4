import LinearAlgebra
import Spectra
import Testing

@Suite("Change measurements") struct ChangeMeasurementsTests {
  static let shapes = [(24, 16), (16, 24), (20, 20), (60, 12), (7, 3), (700, 5)]

  @Test(arguments: shapes)
  func `a dense update agrees with the definitions`(rows: Int, columns: Int) throws {
    var generator = SplitMix64(seed: UInt64(rows * 100 + columns))
    let base = trainedLikeMatrix(rows: rows, columns: columns, using: &generator)
    let update = 0.05 * generator.gaussianMatrix(rows: rows, columns: columns)
    try expectAgreement(base: base, update: update, form: .dense(update))
  }

  @Test(arguments: shapes)
  func `a factored update agrees with the definitions`(rows: Int, columns: Int) throws {
    var generator = SplitMix64(seed: UInt64(rows * 100 + columns))
    let base = trainedLikeMatrix(rows: rows, columns: columns, using: &generator)
    let left = 0.2 * generator.gaussianMatrix(rows: rows, columns: 2)
    let right = generator.gaussianMatrix(rows: 2, columns: columns)
    try expectAgreement(base: base, update: left * right, form: .factored(left: left, right: right))
  }

  @Test func `a base of deficient rank is decomposed in full and agrees`() throws {
    var generator = SplitMix64(seed: 77)
    let base =
      generator.gaussianMatrix(rows: 30, columns: 6)
      * generator.gaussianMatrix(rows: 6, columns: 20)
    let update = 0.1 * generator.gaussianMatrix(rows: 30, columns: 20)
    let change = try #require(try measure(base: base, update: .dense(update), topCount: 4))
    let naive = try NaiveDefinitions(base: base, update: update, topCount: 4)
    #expect(change.numerics.base == .gesdd)
    // Null directions are arbitrary one by one, but not together.
    let bound = 1e-10 * naive.energy
    let head = change.energies.left[..<6].reduce(0, +)
    #expect(abs(head - naive.leftEnergies[..<6].reduce(0, +)) <= bound)
    for (one, other) in zip(change.base.values, naive.base.values) {
      #expect(abs(one - other) <= 1e-12 * naive.base.values[0])
    }
  }

  @Test func `an update whose spectrum reaches below 1e-6 of its top is decomposed in full`() throws
  {
    var generator = SplitMix64(seed: 78)
    let base = trainedLikeMatrix(rows: 30, columns: 20, using: &generator)
    let update =
      generator.gaussianMatrix(rows: 30, columns: 3)
      * generator.gaussianMatrix(rows: 3, columns: 20)
    let change = try #require(try measure(base: base, update: .dense(update)))
    #expect(change.numerics.update == .gesdd)
    #expect(UpdateRank.value(of: change.update) == 3)
  }

  @Test func `a zero update has no measurements`() throws {
    var generator = SplitMix64(seed: 79)
    let base = trainedLikeMatrix(rows: 9, columns: 8, using: &generator)
    #expect(try measure(base: base, update: .dense(Matrix(rows: 9, columns: 8))) == nil)
    #expect(try measure(base: base, update: .zero(rows: 9, columns: 8)) == nil)
    let factored = WeightUpdate.factored(
      left: Matrix(rows: 9, columns: 2), right: generator.gaussianMatrix(rows: 2, columns: 8))
    #expect(try measure(base: base, update: factored) == nil)
  }

  @Test func `scalings of rows and columns are the products they stand for`() throws {
    var generator = SplitMix64(seed: 80)
    let base = trainedLikeMatrix(rows: 12, columns: 9, using: &generator)
    let rowScales = (0..<12).map { _ in 0.1 * generator.nextGaussian() }
    let columnScales = (0..<9).map { _ in 0.1 * generator.nextGaussian() }
    try expectAgreement(
      base: base, update: Matrix.diagonal(rowScales) * base, form: .rowScaling(rowScales))
    try expectAgreement(
      base: base, update: base * Matrix.diagonal(columnScales), form: .columnScaling(columnScales))
  }

  @Test func `NaN and infinity are counted and thrown as a finding`() throws {
    var generator = SplitMix64(seed: 81)
    let base = trainedLikeMatrix(rows: 9, columns: 8, using: &generator)
    var update = generator.gaussianMatrix(rows: 9, columns: 8)
    update[2, 3] = .nan
    update[4, 4] = .infinity
    #expect(throws: SpectraError.notFinite(count: 2)) {
      try measure(base: base, update: .dense(update))
    }
  }

  @Test func `an update of another shape is refused with both shapes`() throws {
    let base = Matrix(rows: 3, columns: 4, repeating: 1)
    let error = SpectraError.shapeMismatch(base: [3, 4], update: [4, 3])
    #expect(throws: error) {
      try measure(base: base, update: .dense(Matrix(rows: 4, columns: 3, repeating: 1)))
    }
    #expect(error.description == "the update has shape 4×3, expected 3×4 as the base")
  }

  /// Every measured number against its definition; the bounds are the accuracy of the Gram route,
  /// ε · (σ₁ / σ_p)² with σ₁ / σ_p at most 20 here, times the norms involved.
  private func expectAgreement(
    base: Matrix, update: Matrix, form: WeightUpdate
  ) throws {
    let change = try #require(try measure(base: base, update: form, topCount: 4))
    let naive = try NaiveDefinitions(base: base, update: update, topCount: 4)
    let relative = 1e-10
    for (one, other) in zip(change.update.values, naive.update.values) {
      #expect(abs(one - other) <= relative * naive.update.values[0])
    }
    for (one, other) in zip(change.base.values, naive.base.values) {
      #expect(abs(one - other) <= relative * naive.base.values[0])
    }
    for (one, other) in zip(change.energies.right, naive.rightEnergies) {
      #expect(abs(one - other) <= relative * naive.energy)
    }
    for (one, other) in zip(change.energies.left, naive.leftEnergies) {
      #expect(abs(one - other) <= relative * naive.energy)
    }
    #expect(abs(change.twoSidedHeadEnergy / change.update.energy - naive.twoSided) <= relative)
    let inner = update.innerProduct(with: base)
    #expect(abs(change.innerProduct - inner) <= relative * base.frobeniusNorm())
    let shift = try #require(NormalizedSpectralShift.value(of: change))
    #expect(abs(shift - naive.normalizedSpectralShift) <= relative)
    let angles = try #require(change.angles)
    for (one, other) in zip(angles.left.cosines, try naive.leftCosines) {
      #expect(abs(one - min(other, 1)) <= relative)
    }
    for (one, other) in zip(angles.right.cosines, try naive.rightCosines) {
      #expect(abs(one - min(other, 1)) <= relative)
    }
    for (one, other) in zip(change.bestMatches, naive.bestMatches) {
      #expect(abs(one - other) <= relative)
    }
  }
}

@Suite("Head of a base") struct BaseHeadTests {
  @Test(arguments: [(90, 60), (60, 90)])
  func `what needs only the head agrees with a whole decomposition`(rows: Int, columns: Int) throws
  {
    var generator = SplitMix64(seed: UInt64(rows))
    let base = trainedLikeMatrix(rows: rows, columns: columns, using: &generator)
    let panels = DensePanels(base)
    let update = WeightUpdate.dense(0.01 * generator.gaussianMatrix(rows: rows, columns: columns))
    func analyze(_ geometry: BaseGeometry) throws -> ModuleAnalysis {
      try ModuleAnalyzer(options: AnalysisOptions(topCount: 5)).analyze(
        ModuleIdentity(
          run: "r", method: "full", seed: nil, step: 0, module: "m", rows: rows, columns: columns),
        UpdateForm(update, base: panels), of: DenseReference(base, geometry: geometry))
    }
    let whole = try analyze(BaseGeometry(of: panels))
    let head = try analyze(BaseGeometry(headOf: panels, count: 10))
    #expect(head.numerics.base == .lanczos)
    #expect(head.projection.isEmpty)
    // What is there agrees to the Lanczos residual over the gap, 1e-10 / 0.05, in vectors.
    for (name, value) in head.metrics {
      let expected = try #require(whole.metrics[name])
      #expect(abs(value - expected) <= 1e-8 * max(1, abs(expected)), "\(name)")
    }
    for name in ["head_share_right", "null_z_left", "cosine_to_base", "principal_mask_overlap"] {
      #expect(head.metrics[name] != nil, "\(name)")
    }
    for name in ["tail_share_left", "energy_center_right", "normalized_spectral_shift"] {
      #expect(head.metrics[name] == nil, "\(name)")
    }
  }
}

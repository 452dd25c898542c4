import Foundation
import LinearAlgebra
import Spectra
import Testing

/// Weights for which a Gram matrix does not suffice: they are reduced to R of a QR factorisation, panel by panel.
@Suite("Ill-conditioned weights") struct IllConditionedTests {
  /// Some of more than one panel, which has half a million entries.
  static let shapes = [(40, 10), (10, 40), (12, 12), (60_000, 12)]

  /// Singular values from 1 to 1e-9, in equal ratios.
  private func graded(_ rows: Int, _ columns: Int, using generator: inout SplitMix64) -> Matrix {
    let count = min(rows, columns)
    let values = (0..<count).map { pow(10, -9 * Double($0) / Double(count - 1)) }
    let left = generator.orthonormalFrame(rows: rows, columns: count)
    let right = generator.orthonormalFrame(rows: columns, columns: count)
    return Matrix.product(left.scalingColumns(by: values), .asStored, right, .transposed)
  }

  private func expectAgreement(base: Matrix, update: Matrix, form: WeightUpdate) throws {
    let change = try #require(try measure(base: base, update: form, topCount: 3))
    let naive = try NaiveDefinitions(base: base, update: update, topCount: 3)
    #expect(change.numerics.base == .gesdd && change.numerics.adapted == .gesdd)
    // Rounding of the largest value, by both algorithms.
    let rounding = 1e-13 * (naive.base.values[0] + naive.update.values[0])
    for (one, other) in zip(change.base.values, naive.base.values) {
      #expect(abs(one - other) <= rounding)
    }
    for (one, other) in zip(try #require(change.adapted).values, naive.adapted.values) {
      #expect(abs(one - other) <= rounding)
    }
    // A vector has an error of rounding over the gap, which is 1e-9 at the end.
    let bound = 1e-5 * naive.energy
    for (one, other) in zip(change.energies.left, naive.leftEnergies) {
      #expect(abs(one - other) <= bound)
    }
    for (one, other) in zip(change.energies.right, naive.rightEnergies) {
      #expect(abs(one - other) <= bound)
    }
    #expect(
      abs(change.innerProduct - update.innerProduct(with: base)) <= 1e-12
        * naive.energy.squareRoot())
  }

  @Test(arguments: shapes)
  func `a dense update agrees with whole decompositions`(rows: Int, columns: Int) throws {
    var generator = SplitMix64(seed: UInt64(rows + columns))
    let base = graded(rows, columns, using: &generator)
    let update = 0.1 * generator.gaussianMatrix(rows: rows, columns: columns)
    try expectAgreement(base: base, update: update, form: .dense(update))
  }

  @Test(arguments: shapes)
  func `a factored update agrees with whole decompositions`(rows: Int, columns: Int) throws {
    var generator = SplitMix64(seed: UInt64(rows + columns))
    let base = graded(rows, columns, using: &generator)
    let left = 0.1 * generator.gaussianMatrix(rows: rows, columns: 2)
    let right = generator.gaussianMatrix(rows: 2, columns: columns)
    try expectAgreement(base: base, update: left * right, form: .factored(left: left, right: right))
  }

  @Test func `the null direction of a square weight with a dead row is that row`() throws {
    var generator = SplitMix64(seed: 3)
    var base = generator.gaussianMatrix(rows: 9, columns: 9)
    for column in 0..<9 { base[4, column] = 0 }
    var update = Matrix(rows: 9, columns: 9)
    update[4, 2] = 3
    let change = try #require(try measure(base: base, update: .dense(update)))
    // Of the update, all energy is in that row.
    #expect(abs(change.energies.left[8] - 9) <= 1e-12)
  }

  @Test func `a tall weight of deficient rank has orthonormal directions on its long side`() throws
  {
    var generator = SplitMix64(seed: 4)
    let base =
      generator.gaussianMatrix(rows: 60_000, columns: 5)
      * generator.gaussianMatrix(rows: 5, columns: 12)
    // The base as an update of itself: its energy on each of its directions is the square of the value.
    let change = try #require(try measure(base: base, update: .dense(base)))
    for (energy, value) in zip(change.energies.left, change.base.values) {
      #expect(abs(energy - value * value) <= 1e-12 * change.base.energy)
    }
  }

  @Test(arguments: [(700, 900), (2, 500_000), (500_000, 2)])
  func `the bounds of the masks are found among many equal entries`(rows: Int, columns: Int) throws
  {
    var generator = SplitMix64(seed: 6)
    var base = generator.gaussianMatrix(rows: rows, columns: columns)
    // More than half are zero, so that the bound of small entries is zero as well.
    for index in base.values.indices where index % 9 < 5 { base.values[index] = 0 }
    let panels = DensePanels(base)
    let geometry = try BaseGeometry(of: panels).withMasks(of: panels, topCount: 1)
    let head = try SingularTriplets(of: base).leading(1).reconstruction()
    let held = base.values.count * 3 / 10
    func magnitudes(_ matrix: Matrix) -> [Double] { matrix.values.map(\.magnitude).sorted() }
    let masks = try #require(geometry.masks)
    #expect(masks.lowMagnitude == magnitudes(base)[held - 1])
    let expected = magnitudes(head)[base.values.count - held]
    #expect(abs(masks.principal - expected) <= 1e-9 * expected)
  }
}

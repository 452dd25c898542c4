import LinearAlgebra
import Testing

@Suite("Reduction in two stages") struct TwoStageReductionTests {
  /// Spectra that weights have, and those that decompositions find hard.
  enum Kind: String, CaseIterable {
    case decaying, clustered, gapped, deficient, geometric, zero, identity

    func values(_ size: Int) -> [Double] {
      (0..<size).map { index in
        let position = Double(index) / Double(size)
        return switch self {
        case .decaying: 1 / (1 + 10 * position)
        case .clustered: index < size / 2 ? 2 : index == size - 1 ? 1e-3 : 1
        case .gapped: index < 3 ? 1e6 - Double(index) : 1 - position
        case .deficient: index < size / 3 ? 1 - position : 0
        case .geometric: 1 / Double(sign: .plus, exponent: min(index, 60), significand: 1)
        case .zero: 0
        case .identity: 1
        }
      }
    }

    func matrix(_ size: Int) -> Matrix {
      var generator = SplitMix64(seed: 21)
      let frame = generator.orthonormalFrame(rows: size, columns: size)
      let product = Matrix.product(
        frame * .diagonal(values(size)), .asStored, frame, .transposed)
      return 0.5 * (product + product.transposed())
    }
  }

  @Test(
    arguments: Kind.allCases, [(3, 1), (5, 4), (40, 1), (40, 7), (65, 64), (150, 16), (200, 64)])
  func `values, vectors and coordinates are those of the matrix`(
    _ kind: Kind, _ shape: (size: Int, width: Int)
  ) throws {
    let matrix = kind.matrix(shape.size)
    let reduction = try TwoStageReduction(of: BandReduction(of: matrix, width: shape.width))
    let bound = 8 * Double.ulpOfOne * Double(shape.size) * max(matrix.frobeniusNorm(), 1e-300)

    let exact = try SymmetricEigen(of: matrix, vectors: .all).values
    let basis = try reduction.tridiagonalBasis()
    let (values, tridiagonal) = (basis.values, basis.vectors(0..<shape.size))
    for (one, other) in zip(values, exact) { #expect(abs(one - other) <= bound) }
    for (one, other) in zip(try reduction.values(), exact) { #expect(abs(one - other) <= bound) }

    // All eigenvectors reproduce the matrix, whatever the gaps between its eigenvalues are.
    let vectors = reduction.restored(tridiagonal)
    let reproduced = Matrix.product(vectors, .transposed, vectors.scalingRows(by: values))
    #expect((reproduced - matrix).frobeniusNorm() <= 4 * bound)
    let rounding = 8 * Double.ulpOfOne * Double(shape.size * shape.size)
    #expect((vectors.transposed().gram() - .identity(shape.size)).frobeniusNorm() <= rounding)
    #expect((reduction.reduced(vectors) - tridiagonal).frobeniusNorm() <= rounding)

    for (found, first) in [
      (try reduction.leadingVectors(2), 0), (try reduction.trailingVectors(2), shape.size - 2),
    ] {
      for row in 0..<2 {
        let vector = found.rowSlice(row..<row + 1)
        #expect((vector * matrix - values[first + row] * vector).frobeniusNorm() <= 4 * bound)
      }
    }
  }

  @Test func `more vectors than a block takes are all transformed`() throws {
    var generator = SplitMix64(seed: 22)
    let reduction = try TwoStageReduction(
      of: BandReduction(of: Kind.decaying.matrix(50), width: 8))
    let rows = generator.gaussianMatrix(rows: 300, columns: 50)
    let whole = reduction.reduced(rows)
    let part = reduction.reduced(rows.rowSlice(200..<210))
    #expect((whole.rowSlice(200..<210) - part).frobeniusNorm() <= 1e-12 * rows.frobeniusNorm())
    #expect((reduction.restored(whole) - rows).frobeniusNorm() <= 1e-12 * rows.frobeniusNorm())
  }

  @Test func `NaN and numbers too large are refused`() {
    var matrix = Matrix.identity(4)
    matrix[2, 1] = .nan
    #expect(throws: LinearAlgebraError.notFinite(row: 2, column: 1)) {
      try BandReduction(of: matrix)
    }
    #expect(throws: LinearAlgebraError.overflow(routine: "sytrd_sy2sb", rows: 4, columns: 4)) {
      try BandReduction(of: Matrix(rows: 4, columns: 4, repeating: 1e308), width: 2)
    }
  }

  @Test(arguments: Kind.allCases, [(3, 1), (40, 7), (65, 64)])
  func `a reduction that was kept is the same to the last bit`(
    _ kind: Kind, _ shape: (size: Int, width: Int)
  ) throws {
    let matrix = kind.matrix(shape.size)
    let made = try BandReduction(of: matrix, width: shape.width)
    let kept = try #require(
      BandReduction(
        size: shape.size, width: shape.width, band: made.band, factors: made.factors,
        reflections: made.reflections))
    #expect(kept.reduced(matrix) == made.reduced(matrix))
    #expect(kept.restored(matrix) == made.restored(matrix))
    let whole = made.restored(made.restored(made.matrix).transposed())
    #expect((whole - matrix).frobeniusNorm() <= 1e-13 * (1 + matrix.frobeniusNorm()) * 10)
  }

  @Test func `numbers that are no reduction are refused`() throws {
    let made = try BandReduction(of: Kind.decaying.matrix(20), width: 4)
    func reduction(
      width: Int = 4, band: [Double]? = nil, factors: [Double]? = nil, reflections: [Double]? = nil
    ) -> BandReduction? {
      BandReduction(
        size: 20, width: width, band: band ?? made.band, factors: factors ?? made.factors,
        reflections: reflections ?? made.reflections)
    }
    #expect(reduction() != nil)
    #expect(reduction(width: 5) == nil)
    #expect(reduction(band: made.band.map { _ in .infinity }) == nil)
    #expect(reduction(factors: made.factors.map { 1.01 * $0 }) == nil)
    #expect(reduction(reflections: made.reflections.map { _ in .nan }) == nil)
  }

  @Test func `a symmetric product adds both halves`() {
    var generator = SplitMix64(seed: 23)
    let (left, right) = (
      generator.gaussianMatrix(rows: 3, columns: 40), generator.gaussianMatrix(rows: 3, columns: 40)
    )
    let start = generator.gaussianMatrix(rows: 60, columns: 40).gram()
    var sum = start
    sum.addSymmetricProduct(left, right)
    let one = Matrix.product(left, .transposed, right)
    #expect((sum - (start + one + one.transposed())).frobeniusNorm() <= 1e-12)
    #expect(sum == sum.transposed())
  }
}

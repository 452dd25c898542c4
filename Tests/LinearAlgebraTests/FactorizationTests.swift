import LinearAlgebra
import Testing

@Suite("Factorisations") struct FactorizationTests {
  static let shapes = [(1, 1), (3, 2), (2, 3), (64, 17), (17, 64), (40, 40)]

  @Test(arguments: shapes)
  func `QR has orthonormal columns, an upper triangle and gives the matrix back`(
    rows: Int, columns: Int
  ) throws {
    var generator = SplitMix64(seed: 7)
    let matrix = generator.gaussianMatrix(rows: rows, columns: columns)
    let factors = try QRFactors(of: matrix)
    let bound = 8 * Double.ulpOfOne * Double(max(rows, columns)) * matrix.frobeniusNorm()
    #expect((factors.q * factors.r - matrix).frobeniusNorm() <= bound)
    let identity = Matrix.identity(min(rows, columns))
    #expect((factors.q.gram() - identity).frobeniusNorm() <= bound)
    for row in 0..<factors.r.rows {
      for column in 0..<min(row, columns) { #expect(factors.r[row, column] == 0) }
    }
  }

  @Test(arguments: shapes)
  func `the SVD gives the matrix back from orthonormal vectors and sorted values`(
    rows: Int, columns: Int
  ) throws {
    var generator = SplitMix64(seed: 8)
    let matrix = generator.gaussianMatrix(rows: rows, columns: columns)
    let triplets = try SingularTriplets(of: matrix)
    let bound = 16 * Double.ulpOfOne * Double(max(rows, columns)) * matrix.frobeniusNorm()
    #expect((triplets.reconstruction() - matrix).frobeniusNorm() <= bound)
    let identity = Matrix.identity(min(rows, columns))
    #expect((triplets.left.gram() - identity).frobeniusNorm() <= bound)
    #expect((triplets.right.transposed().gram() - identity).frobeniusNorm() <= bound)
    #expect(triplets.values == triplets.values.sorted(by: >))
    let valuesAlone = try matrix.singularValues()
    for (one, other) in zip(triplets.values, valuesAlone) { #expect(abs(one - other) <= bound) }
  }

  @Test func `the SVD of a diagonal matrix is its sorted absolute entries`() throws {
    let matrix = Matrix.diagonal([3, -5, 0, 1])
    #expect(try matrix.singularValues() == [5, 3, 1, 0])
  }

  @Test func `a matrix with NaN is refused with its place`() {
    var matrix = Matrix(rows: 2, columns: 3)
    matrix[1, 2] = .nan
    #expect(throws: LinearAlgebraError.notFinite(row: 1, column: 2)) {
      try SingularTriplets(of: matrix)
    }
  }

  @Test(arguments: [1, 2, 9, 60])
  func `symmetric eigenvectors reproduce the matrix and few agree with all`(size: Int) throws {
    var generator = SplitMix64(seed: 9)
    let gram = generator.gaussianMatrix(rows: 2 * size, columns: size).gram()
    let all = try SymmetricEigen(of: gram, vectors: .all)
    let bound = 16 * Double.ulpOfOne * Double(size) * gram.frobeniusNorm()
    let scaled = Matrix.diagonal(all.values) * all.vectors
    #expect(
      (Matrix.product(all.vectors, .transposed, scaled) - gram).frobeniusNorm() <= bound)

    let leading = try SymmetricEigen(of: gram, vectors: .leading(3))
    for (one, other) in zip(all.values, leading.values) { #expect(abs(one - other) <= bound) }
    #expect(leading.vectors.rows == min(3, size))
    // A residual ‖Gv − λv‖ is small whatever the gaps between eigenvalues are.
    for row in 0..<leading.vectors.rows {
      let vector = leading.vectors.rowSlice(row..<row + 1)
      let residual = vector * gram - leading.values[row] * vector
      #expect(residual.frobeniusNorm() <= bound)
    }
  }

  @Test func `a random frame is orthonormal`() {
    var generator = SplitMix64(seed: 10)
    let frame = generator.orthonormalFrame(rows: 30, columns: 7)
    #expect((frame.gram() - .identity(7)).frobeniusNorm() < 100 * Double.ulpOfOne)
  }
}

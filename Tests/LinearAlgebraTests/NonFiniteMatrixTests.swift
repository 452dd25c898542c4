import LinearAlgebra
import Testing

@Suite("Matrices that are not finite") struct NonFiniteMatrixTests {
  private static let decompositions: [String: @Sendable (Matrix) throws -> Void] = [
    "QR": { _ = try QRFactors(of: $0) },
    "SVD": { _ = try SingularTriplets(of: $0) },
    "singular values": { _ = try $0.singularValues() },
    "all eigenvectors": { _ = try SymmetricEigen(of: $0, vectors: .all) },
    "leading eigenvectors": { _ = try SymmetricEigen(of: $0, vectors: .leading(2)) },
    "eigenvalues": { _ = try SymmetricEigen(of: $0, vectors: .none) },
  ]

  @Test(arguments: decompositions.keys.sorted(), [Double.nan, .infinity, -.infinity])
  func `an error names the entry`(name: String, value: Double) throws {
    var matrix = Matrix.identity(5)
    matrix[3, 3] = value
    #expect(throws: LinearAlgebraError.notFinite(row: 3, column: 3)) {
      try Self.decompositions[name]?(matrix)
    }
  }

  @Test(arguments: decompositions.keys.sorted(), [1e200, 1e300, Double.greatestFiniteMagnitude])
  func `huge entries give finite numbers or an error`(name: String, size: Double) {
    let matrix = Matrix(
      rows: 9, columns: 9, values: (0..<81).map { $0 % 10 == 0 ? size : size / 2 })
    do {
      try Self.decompositions[name]?(matrix)
    } catch LinearAlgebraError.overflow {
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test func `values that leave a decomposition are finite`() throws {
    let matrix = Matrix(rows: 4, columns: 4, values: Array(repeating: 1e307, count: 16))
    #expect(try matrix.singularValues().allSatisfy(\.isFinite))
    #expect(throws: LinearAlgebraError.overflow(routine: "gesdd", rows: 40, columns: 40)) {
      try Matrix(rows: 40, columns: 40, values: Array(repeating: 1e307, count: 1600))
        .singularValues()
    }
  }
}

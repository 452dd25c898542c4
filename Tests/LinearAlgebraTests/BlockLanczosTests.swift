import LinearAlgebra
import Testing

@Suite("Block Lanczos") struct BlockLanczosTests {
  /// A Gram matrix with the given eigenvalues and random eigenvectors.
  private func gram(_ eigenvalues: [Double], seed: UInt64) -> Matrix {
    var generator = SplitMix64(seed: seed)
    let frame = generator.orthonormalFrame(rows: eigenvalues.count, columns: eigenvalues.count)
    return Matrix.product(frame * .diagonal(eigenvalues), .asStored, frame, .transposed)
  }

  @Test(arguments: [1, 4, 16])
  func `the leading pairs of a slowly decaying spectrum agree with a full decomposition`(count: Int)
    throws
  {
    // Like a weight's: the gap after the sixteenth value is below one percent.
    let matrix = gram((0..<300).map { 1 / (1 + 0.1 * Double($0)) }, seed: 11)
    let lanczos = try BlockLanczos(size: 300, count: count) { $0 * matrix }
    let exact = try SymmetricEigen(of: matrix, vectors: .leading(count))
    // Eigenvalues are off by the square of the residual at most over the gap; 300 ε of rounding.
    for (one, other) in zip(lanczos.values, exact.values) { #expect(abs(one - other) <= 1e-12) }
    #expect(lanczos.residual <= 1e-10)
    let products = Matrix.product(lanczos.vectors, .asStored, exact.vectors, .transposed)
    // The sine of the angle between the subspaces is at most residual over gap: 1e-10 / 5e-3.
    let smallest = try #require(try products.singularValues().last)
    #expect(1 - smallest <= 1e-14)
  }

  @Test func `clusters and rank deficiency are found`() throws {
    let values = [3.0, 3, 3, 2, 1] + Array(repeating: 0, count: 45)
    let lanczos = try BlockLanczos(size: 50, count: 6) { $0 * gram(values, seed: 12) }
    for (one, other) in zip(lanczos.values, values) { #expect(abs(one - other) <= 1e-13) }
    #expect((lanczos.vectors.transposed().gram() - .identity(6)).frobeniusNorm() <= 1e-12)
  }

  @Test func `all pairs of a small matrix are exact`() throws {
    let values = [5.0, 4, 1]
    let lanczos = try BlockLanczos(size: 3, count: 3) { $0 * gram(values, seed: 13) }
    for (one, other) in zip(lanczos.values, values) { #expect(abs(one - other) <= 1e-14) }
  }

  @Test func `a tolerance that rounding forbids is refused with the residual`() throws {
    let matrix = gram((0..<600).map { 1 / (1 + 0.001 * Double($0)) }, seed: 14)
    let error = #expect(throws: LinearAlgebraError.self) {
      try BlockLanczos(size: 600, count: 2, tolerance: 1e-30) { $0 * matrix }
    }
    guard case .residualTooLarge(let wanted, let reached, _) = error else {
      Issue.record("another error: \(error as Any)")
      return
    }
    #expect(wanted == 1e-30 && reached > 1e-30)
  }
}

import LinearAlgebra
import Testing

/// Eigenvectors kept as their factors, against the matrix itself.
@Suite("Tridiagonal basis") struct TridiagonalBasisTests {
  /// Matrices on which divide and conquer deflates nothing, much, or all, and on which it has been known to fail.
  enum Kind: String, CaseIterable {
    case random, toeplitz, wilkinson, glued, graded, split, constant, zero, tiny, huge

    func matrix(_ size: Int) -> (diagonal: [Double], offDiagonal: [Double]) {
      var generator = SplitMix64(seed: 31)
      func values(_ value: (Int) -> Double) -> [Double] { (0..<size).map(value) }
      switch self {
      case .random:
        return (values { _ in generator.nextGaussian() }, values { _ in generator.nextGaussian() })
      case .toeplitz: return (values { _ in 2 }, values { _ in -1 })
      case .wilkinson: return (values { abs(Double($0) - Double(size - 1) / 2) }, values { _ in 1 })
      case .glued:
        return (values { abs(Double($0 % 21) - 10) }, values { $0 % 21 == 20 ? 1e-10 : 1 })
      case .graded:
        return (
          values { Double(sign: .plus, exponent: -min($0, 200), significand: 1) },
          values { Double(sign: .plus, exponent: -min($0, 200) - 1, significand: 1) }
        )
      case .split: return (values { Double($0 % 7) }, values { $0 % 5 == 0 ? 0 : 0.5 })
      case .constant: return (values { _ in 3 }, values { _ in 0 })
      case .zero: return (values { _ in 0 }, values { _ in 0 })
      case .tiny: return (values { _ in 1e-300 }, values { _ in 1e-300 })
      case .huge: return (values { _ in 1e300 }, values { $0 % 2 == 0 ? 1e300 : -1e299 })
      }
    }
  }

  @Test(arguments: Kind.allCases, [1, 2, 33, 64, 150, 421])
  func `eigenvectors are orthonormal and reproduce the matrix`(_ kind: Kind, _ size: Int) throws {
    let (diagonal, offDiagonal) = kind.matrix(size)
    let largest = (diagonal + offDiagonal).reduce(0) { max($0, abs($1)) }
    let unit = largest > 0 ? largest : 1
    var matrix = Matrix.diagonal(diagonal.map { $0 / unit })
    for index in 0..<size - 1 {
      matrix[index, index + 1] = offDiagonal[index] / unit
      matrix[index + 1, index] = offDiagonal[index] / unit
    }
    let basis = try TridiagonalBasis(diagonal: diagonal, offDiagonal: offDiagonal)
    let values = basis.values.map { $0 / unit }
    let bound = 16 * Double.ulpOfOne * Double(size)
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 >= $1 })
    let exact = try SymmetricEigen(of: matrix, vectors: .none).values
    for (one, other) in zip(values, exact) { #expect(abs(one - other) <= bound) }

    let vectors = basis.vectors(0..<size)
    #expect((vectors.transposed().gram() - .identity(size)).frobeniusNorm() <= bound)
    let applied = vectors * matrix
    #expect((applied - vectors.scalingRows(by: values)).frobeniusNorm() <= bound)

    var generator = SplitMix64(seed: 32)
    let rows = generator.gaussianMatrix(rows: 3, columns: size)
    let coordinates = Matrix.product(rows, .asStored, vectors, .transposed)
    #expect(
      (basis.coordinates(of: rows) - coordinates).frobeniusNorm() <= bound * rows.frobeniusNorm())
  }
}

import LinearAlgebra

/// The map from skew-symmetric matrices to rotations, (I + Q)(I − Q)⁻¹, or a truncated series of it.
///
/// Only R − I is computed: where a rotation is small, this is what is left of W·R − W without cancellation.
enum CayleyMap: Equatable {
  case exact
  /// I + 2Q + 2Q² + … + 2Qⁿ⁻¹ with n terms; if the last one is halved, Qⁿ⁻¹. The result is a rotation only nearly.
  case series(terms: Int, halvesLast: Bool)

  /// How many terms a configuration may ask for. The series is useful with a few.
  static let mostTerms = 1000

  /// R − I.
  /// - Parameter skew: Q, square with Qᵀ = −Q, so that I − Q can be inverted.
  func change(_ skew: Matrix) throws(LinearAlgebraError) -> Matrix {
    let twice = 2 * skew
    switch self {
    case .exact: return try twice.divided(by: .identity(skew.rows) - skew)
    case .series(let terms, let halvesLast):
      guard terms > 1 else { return Matrix(rows: skew.rows, columns: skew.rows) }
      var sum = twice
      guard terms > 2 else { return sum }
      var power = skew * skew
      sum = sum + 2 * power
      // PEFT adds Q³ already where three terms are asked for.
      let last = halvesLast ? max(terms - 1, 3) : terms - 1
      for exponent in stride(from: 3, through: last, by: 1) {
        power = power * skew
        sum = sum + (halvesLast && exponent == last ? 1 : 2) * power
      }
      return sum
    }
  }
}

extension Matrix {
  /// The skew-symmetric matrix with these entries above its diagonal, row after row.
  /// - Precondition: There are size · (size − 1)/2 of them.
  static func skew(_ upper: some Collection<Double>, size: Int) -> Matrix {
    precondition(upper.count == size * (size - 1) / 2, "a skew matrix has a value a pair")
    var result = Matrix(rows: size, columns: size)
    var rest = upper.makeIterator()
    for row in 0..<size {
      for column in row + 1..<max(size, row + 1) {
        let value = rest.next() ?? 0
        result[row, column] = value
        result[column, row] = -value
      }
    }
    return result
  }

  /// The size of the skew-symmetric matrix that has this many entries above its diagonal; nil if none has.
  static func skewSize(entries: Int) -> Int? {
    guard entries <= Int(Int32.max) else { return nil }
    let size = Int(((1 + 8 * Double(entries)).squareRoot() + 1) / 2)
    return size * (size - 1) / 2 == entries ? size : nil
  }

  /// A · diag(B₁, B₂, …)ᵀ.
  /// - Precondition: The blocks are square, of equal size, and together as wide as this matrix.
  /// - Complexity: O(rows · columns · size of a block).
  func multipliedByBlocks(transposed blocks: [Matrix]) -> Matrix {
    let size = blocks.first?.rows ?? 0
    precondition(size * blocks.count == columns, "the blocks cover the columns")
    return .stackedColumns(
      blocks.enumerated().map { index, block in
        .product(
          columnSlice(index * size..<(index + 1) * size), .asStored, block, .transposed)
      })
  }
}

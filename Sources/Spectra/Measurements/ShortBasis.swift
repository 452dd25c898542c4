import LinearAlgebra

/// What a measurement takes from the singular basis of a base.
public enum BasisNeed: Sendable {
  /// Every vector: an update of full rank has an image on each.
  case everyVector
  /// The head, and the coordinates of a few vectors: all that an update of low rank needs.
  case coordinates
}

/// The singular vectors sⱼ of the short side of a base.
struct ShortBasis: Sendable {
  private enum Form: Sendable {
    /// One vector a row.
    case formed(Matrix)
    /// sⱼ = Q yⱼ, where Q reduces the Gram matrix to a tridiagonal one and yⱼ are the eigenvectors of that. The product,
    /// which costs more than all the rest, is not made.
    case reduced(TwoStageReduction, Matrix)
  }

  private let form: Form

  init(_ vectors: Matrix) { form = .formed(vectors) }

  /// - Parameters:
  ///   - reduction: Of the Gram matrix.
  ///   - tridiagonal: The eigenvectors of its tridiagonal matrix, one a row.
  init(_ reduction: TwoStageReduction, tridiagonal: Matrix) {
    form = .reduced(reduction, tridiagonal)
  }

  /// X Sᵀ for rows X: the products of each row with every vector, as many rows as X has.
  /// - Complexity: O(rows · p²).
  func coordinates(of rows: Matrix) -> Matrix {
    switch form {
    case .formed(let vectors): .product(rows, .asStored, vectors, .transposed)
    case .reduced(let reduction, let tridiagonal):
      .product(reduction.reduced(rows), .asStored, tridiagonal, .transposed)
    }
  }

  /// The first vectors, one a row.
  func head(_ count: Int) -> Matrix {
    switch form {
    case .formed(let vectors): vectors.rowSlice(0..<count)
    case .reduced(let reduction, let tridiagonal):
      reduction.restored(tridiagonal.rowSlice(0..<count))
    }
  }

  /// All vectors, one a row. This makes the product if it was not made, O(p³).
  var whole: Matrix {
    switch form {
    case .formed(let vectors): vectors
    case .reduced(let reduction, let tridiagonal): reduction.restored(tridiagonal)
    }
  }
}

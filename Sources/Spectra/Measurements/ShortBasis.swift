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
    /// sⱼ = Q yⱼ, where Q reduces the Gram matrix to a tridiagonal one and yⱼ are the eigenvectors of that. Both are kept as
    /// their factors; the product, which costs more than all the rest, is not made.
    case reduced(TwoStageReduction, TridiagonalBasis)
  }

  private let form: Form

  init(_ vectors: Matrix) { form = .formed(vectors) }

  /// - Parameters:
  ///   - reduction: Of the Gram matrix.
  ///   - tridiagonal: The eigenvectors of its tridiagonal matrix.
  init(_ reduction: TwoStageReduction, tridiagonal: TridiagonalBasis) {
    form = .reduced(reduction, tridiagonal)
  }

  /// The Gram matrix as a band, if the vectors were not formed.
  var band: BandReduction? {
    if case .reduced(let reduction, _) = form { reduction.band } else { nil }
  }

  /// X Sᵀ for rows X: the products of each row with every vector, as many rows as X has.
  /// - Complexity: O(rows · p²).
  func coordinates(of rows: Matrix) -> Matrix {
    switch form {
    case .formed(let vectors): .product(rows, .asStored, vectors, .transposed)
    case .reduced(let reduction, let tridiagonal):
      tridiagonal.coordinates(of: reduction.reduced(rows))
    }
  }

  /// The first vectors, one a row.
  func head(_ count: Int) -> Matrix {
    switch form {
    case .formed(let vectors): vectors.rowSlice(0..<count)
    case .reduced(let reduction, let tridiagonal):
      reduction.restored(tridiagonal.leadingVectors(count))
    }
  }

  /// All vectors, one a row. This makes the product if it was not made, O(p³).
  var whole: Matrix {
    switch form {
    case .formed(let vectors): vectors
    case .reduced(_, let tridiagonal): head(tridiagonal.values.count)
    }
  }
}

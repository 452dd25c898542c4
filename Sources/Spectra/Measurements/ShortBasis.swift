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
    /// their factors; the product, which costs more than all the rest, is not made. The last vectors may be turned among
    /// themselves.
    case reduced(TwoStageReduction, TridiagonalBasis, turn: Matrix?)
  }

  private let form: Form

  init(_ vectors: Matrix) { form = .formed(vectors) }

  private init(form: Form) { self.form = form }

  /// - Parameters:
  ///   - reduction: Of the Gram matrix.
  ///   - tridiagonal: The eigenvectors of its tridiagonal matrix.
  init(_ reduction: TwoStageReduction, tridiagonal: TridiagonalBasis) {
    form = .reduced(reduction, tridiagonal, turn: nil)
  }

  /// The same, with the last vectors turned among themselves.
  func turningLast(by turn: Matrix) -> ShortBasis {
    switch form {
    case .formed(let vectors): ShortBasis(vectors.turningLastRows(by: turn))
    case .reduced(let reduction, let tridiagonal, _):
      ShortBasis(form: .reduced(reduction, tridiagonal, turn: turn))
    }
  }

  /// The Gram matrix as a band, if the vectors were not formed.
  var band: BandReduction? {
    if case .reduced(let reduction, _, _) = form { reduction.band } else { nil }
  }

  /// X Sᵀ for rows X: the products of each row with every vector, as many rows as X has.
  /// - Complexity: O(rows · p²).
  func coordinates(of rows: Matrix) -> Matrix {
    switch form {
    case .formed(let vectors): .product(rows, .asStored, vectors, .transposed)
    case .reduced(let reduction, let tridiagonal, let turn):
      tridiagonal.coordinates(of: reduction.reduced(rows)).turningLastColumns(by: turn)
    }
  }

  /// The first vectors, one a row.
  func head(_ count: Int) -> Matrix { vectors(0..<count) }

  /// The last vectors, one a row.
  func tail(_ count: Int) -> Matrix { vectors(size - count..<size) }

  private var size: Int {
    switch form {
    case .formed(let vectors): vectors.rows
    case .reduced(_, let tridiagonal, _): tridiagonal.values.count
    }
  }

  private func vectors(_ range: Range<Int>) -> Matrix {
    switch form {
    case .formed(let vectors): return vectors.rowSlice(range)
    case .reduced(let reduction, let tridiagonal, let turn):
      guard let turn, range.upperBound > size - turn.rows else {
        return reduction.restored(tridiagonal.vectors(range))
      }
      return reduction.restored(tridiagonal.vectors(0..<size)).turningLastRows(by: turn)
        .rowSlice(range)
    }
  }

  /// All vectors, one a row. This makes the product if it was not made, O(p³).
  var whole: Matrix {
    switch form {
    case .formed(let vectors): vectors
    case .reduced: head(size)
    }
  }
}

extension Matrix {
  /// The last rows replaced by their products with a square matrix, which has as many.
  fileprivate func turningLastRows(by turn: Matrix) -> Matrix {
    let kept = rows - turn.rows
    return .stackedRows([rowSlice(0..<kept), turn * rowSlice(kept..<rows)])
  }

  /// The same for the coordinates of rows in such a basis.
  fileprivate func turningLastColumns(by turn: Matrix?) -> Matrix {
    guard let turn else { return self }
    let kept = columns - turn.rows
    return .stackedColumns([
      columnSlice(0..<kept),
      .product(columnSlice(kept..<columns), .asStored, turn, .transposed),
    ])
  }
}

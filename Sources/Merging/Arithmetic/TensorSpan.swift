import Checkpoints
import Updates

/// Rows of a matrix, and where their entries lie in a tensor.
///
/// A base and two checkpoints of it may hold the same entries in different matrices, such as the gate and the up projection
/// of an expert, each by itself or one above the other. Their spans tell which entries are the same.
struct TensorSpan: Sendable {
  let tensor: String
  /// The first of the entries in the tensor.
  let first: Int
  /// Rows of the matrix.
  let rows: Range<Int>
}

extension StoredMatrix {
  /// The spans from top to bottom, one for each piece.
  var spans: [TensorSpan] {
    placedPieces.map { piece, rows in
      TensorSpan(
        tensor: piece.weight.name, first: piece.rows.lowerBound * piece.weight.columns, rows: rows)
    }
  }

  /// Two matrices of one place hold the same entries.
  var place: String {
    pieces.map { "\($0.weight.name) \($0.rows.lowerBound) \($0.rows.upperBound)" }
      .joined(separator: "\n")
  }
}

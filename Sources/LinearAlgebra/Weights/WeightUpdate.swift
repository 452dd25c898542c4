/// A weight update ΔW in its cheapest exact form.
///
/// A small parametrisation stays small: a LoRA product is not multiplied out to find its singular values, and
/// a scaling of rows is not stored as a matrix.
public enum WeightUpdate: Sendable {
  /// Nothing changed.
  case zero(rows: Int, columns: Int)
  /// Every entry, out × in.
  case dense(Matrix)
  /// left (out × r) · right (r × in).
  case factored(left: Matrix, right: Matrix)
  /// diag(d) · W: output feature i of the base is scaled by 1 + dᵢ.
  case rowScaling([Double])
  /// W · diag(d): input feature j of the base is scaled by 1 + dⱼ.
  case columnScaling([Double])

  /// A factored update, or a dense one where the factors would be larger than the product.
  public static func product(_ left: Matrix, _ right: Matrix) -> WeightUpdate {
    left.columns == 0
      ? .zero(rows: left.rows, columns: right.columns)
      : 2 * left.columns > min(left.rows, right.columns)
        ? .dense(left * right) : .factored(left: left, right: right)
  }

  /// All entries of the update, out × in.
  /// - Throws: What reading `base` throws, which only a scaling needs.
  /// - Complexity: that of one product for a factored update, O(out · in) otherwise.
  public func dense(base: some BaseWeight) throws -> Matrix {
    switch self {
    case .zero(let rows, let columns): return Matrix(rows: rows, columns: columns)
    case .dense(let matrix): return matrix
    case .factored(let left, let right): return left * right
    case .rowScaling(let scales): return try base.matrix().scalingRows(by: scales)
    case .columnScaling(let scales): return try base.matrix().scalingColumns(by: scales)
    }
  }
}

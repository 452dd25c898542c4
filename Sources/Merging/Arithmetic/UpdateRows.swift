import LinearAlgebra
import Updates

/// ΔW a few rows at a time, exact to Float64.
struct UpdateRows: Sendable {
  private indirect enum Source {
    case update(WeightUpdate)
    case sum(UpdateRows, UpdateRows)
    /// The whole weight after training.
    case replacement(StoredMatrix)
  }

  private let source: Source
  let rows: Int
  let columns: Int

  init(_ update: WeightUpdate, rows: Int, columns: Int) {
    source = .update(update)
    self.rows = rows
    self.columns = columns
  }

  /// The difference of a weight that was saved whole from the base.
  init(replacing weight: StoredMatrix) {
    source = .replacement(weight)
    rows = weight.rows
    columns = weight.columns
  }

  private init(sum first: UpdateRows, _ second: UpdateRows) {
    source = .sum(first, second)
    rows = first.rows
    columns = first.columns
  }

  /// The sum of two updates of one weight. Products of thin factors stay one.
  func adding(_ other: UpdateRows) -> UpdateRows {
    guard let own = factors, let others = other.factors else {
      return UpdateRows(sum: self, other)
    }
    return UpdateRows(
      .factored(
        left: .stackedColumns([own.left, others.left]),
        right: .stackedRows([own.right, others.right])), rows: rows, columns: columns)
  }

  /// The update of some rows alone.
  func slice(_ range: Range<Int>) -> UpdateRows {
    switch source {
    case .update(let update):
      UpdateRows(update.slice(range, columns: columns), rows: range.count, columns: columns)
    case .sum(let first, let second):
      UpdateRows(sum: first.slice(range), second.slice(range))
    case .replacement(let saved): UpdateRows(replacing: saved.slice(range))
    }
  }

  /// The factors of a product, rows × r and r × columns; nil for any other update.
  var factors: (left: Matrix, right: Matrix)? {
    if case .update(.factored(let left, let right)) = source { (left, right) } else { nil }
  }

  /// Whether the update is a weight that was saved whole, which takes the place of the base's.
  var isReplacement: Bool {
    if case .replacement = source { true } else { false }
  }

  /// The entries of some rows.
  /// - Parameters:
  ///   - range: Rows of the update.
  ///   - weight: The base's entries in them.
  /// - Throws: What reading a weight that was saved whole throws.
  func values(_ range: Range<Int>, weight: [Double]) throws -> [Double] {
    switch source {
    case .update(.zero): return [Double](repeating: 0, count: weight.count)
    case .update(.dense(let matrix)):
      return Array(matrix.values[range.lowerBound * columns..<range.upperBound * columns])
    case .update(.factored(let left, let right)):
      return (left.rowSlice(range) * right).values
    case .update(.rowScaling(let factors)):
      return weight.indices.map { weight[$0] * factors[range.lowerBound + $0 / columns] }
    case .update(.columnScaling(let factors)):
      return weight.indices.map { weight[$0] * factors[$0 % columns] }
    case .replacement(let saved):
      return zip(try saved.values(rows: range), weight).map { $0 - $1 }
    case .sum(let first, let second):
      return zip(
        try first.values(range, weight: weight), try second.values(range, weight: weight)
      ).map { $0 + $1 }
    }
  }

  /// The update with its entries in the order of its transpose: what is added if a product comes out in × out and is
  /// taken for out × in. For a square update, the transpose. Nil for a scaling of the base.
  func reordered() throws -> UpdateRows? {
    switch source {
    case .update(.dense(let matrix)): return reshaped(matrix.transposed())
    case .update(.factored(let left, let right)):
      guard rows == columns else { return reshaped((left * right).transposed()) }
      return UpdateRows(
        .factored(left: right.transposed(), right: left.transposed()), rows: rows,
        columns: columns)
    case .replacement(let saved) where rows == columns:
      return UpdateRows(.dense(try saved.matrix().transposed()), rows: rows, columns: columns)
    default: return nil
    }
  }

  private func reshaped(_ matrix: Matrix) -> UpdateRows {
    UpdateRows(
      .dense(Matrix(rows: rows, columns: columns, values: matrix.values)), rows: rows,
      columns: columns)
  }
}

extension WeightUpdate {
  /// The update of some rows alone.
  fileprivate func slice(_ range: Range<Int>, columns: Int) -> WeightUpdate {
    switch self {
    case .zero: .zero(rows: range.count, columns: columns)
    case .dense(let matrix): .dense(matrix.rowSlice(range))
    case .factored(let left, let right): .factored(left: left.rowSlice(range), right: right)
    case .rowScaling(let factors): .rowScaling(Array(factors[range]))
    case .columnScaling: self
    }
  }

  /// The opposite change.
  var negated: WeightUpdate {
    switch self {
    case .zero: self
    case .dense(let matrix): .dense(-1 * matrix)
    case .factored(let left, let right): .factored(left: -1 * left, right: right)
    case .rowScaling(let factors): .rowScaling(factors.map { -$0 })
    case .columnScaling(let factors): .columnScaling(factors.map { -$0 })
    }
  }
}

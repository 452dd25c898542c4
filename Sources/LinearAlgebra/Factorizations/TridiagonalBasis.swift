/// The eigendecomposition of a symmetric tridiagonal matrix by divide and conquer, T = Y Λ Yᵀ, with Y kept as its factors.
///
/// T is cut into two halves by a change of rank one; the halves are decomposed in the same way, and the change is undone
/// by a ``RankOneModification``. LAPACK's `stedc` multiplies the eigenvectors of all levels out, n³ operations and two
/// n×n matrices. Here they stay formulas: O(n log n) numbers, applied to a few rows in O(rows · n²).
package struct TridiagonalBasis: Sendable {
  /// Every eigenvalue, largest first.
  package let values: [Double]
  private let root: Node

  private indirect enum Node: Sendable {
    /// Eigenvectors, one a row.
    case leaf(Matrix)
    case pair(Node, Node, split: Int, RankOneModification)
  }

  /// - Parameters:
  ///   - diagonal: Of T.
  ///   - offDiagonal: What couples each index with the next one; the last number is not read.
  /// - Precondition: The matrix is not empty.
  /// - Throws: ``LinearAlgebraError/notConverged(routine:rows:columns:)``,
  ///   ``LinearAlgebraError/overflow(routine:rows:columns:)``.
  /// - Complexity: O(n²).
  package init(
    diagonal: [Double], offDiagonal: [Double]
  ) throws(LinearAlgebraError) {
    // A power of two changes no digit, and squares stay in the range of numbers.
    let size = diagonal.count
    let largest = (diagonal + offDiagonal).reduce(0) { max($0, abs($1)) }
    let unit = largest > 0 ? Double(sign: .plus, exponent: largest.exponent, significand: 1) : 1
    var scaled = diagonal.map { $0 / unit }
    let whole = try Self.decompose(
      &scaled, offDiagonal.map { $0 / unit }, 0..<size, needsEnds: false)
    root = whole.node
    values = whole.values.reversed().map { $0 * unit }
    try DenseRoutines.checkRange(values, "stedc", size, size)
  }

  /// X Y for rows X: their products with every eigenvector.
  package func coordinates(of rows: Matrix) -> Matrix {
    Self.coordinates(of: rows, in: root).columnsReversed()
  }

  /// The eigenvectors of a range of ``values``, one a row.
  package func vectors(_ range: Range<Int>) -> Matrix {
    var chosen = Matrix(rows: range.count, columns: values.count)
    for (row, index) in range.enumerated() { chosen[row, values.count - 1 - index] = 1 }
    return Self.rows(withCoordinates: chosen, in: root)
  }

  private static let leafSize = 32

  /// The first and the last row of Y tell how the change that cuts T looks in the bases of the halves.
  private struct Part {
    let node: Node
    let values: [Double]
    let ends: Matrix
  }

  private static func decompose(
    _ diagonal: inout [Double], _ offDiagonal: [Double], _ range: Range<Int>, needsEnds: Bool
  ) throws(LinearAlgebraError) -> Part {
    let count = range.count
    if count <= leafSize {
      // What couples the last index with the next one is not read.
      let (values, vectors) = try TridiagonalRoutines.eigen(
        Array(diagonal[range]), Array(offDiagonal[range]))
      let matrix = Matrix(rows: count, columns: count, values: vectors)
      let ends = (0..<count).map { matrix[$0, 0] } + (0..<count).map { matrix[$0, count - 1] }
      return Part(
        node: .leaf(matrix), values: values,
        ends: Matrix(rows: 2, columns: count, values: ends))
    }
    let middle = range.lowerBound + count / 2
    let coupling = offDiagonal[middle - 1]
    diagonal[middle - 1] -= abs(coupling)
    diagonal[middle] -= abs(coupling)
    let first = try decompose(
      &diagonal, offDiagonal, range.lowerBound..<middle, needsEnds: true)
    let second = try decompose(
      &diagonal, offDiagonal, middle..<range.upperBound, needsEnds: true)
    let change = RankOneModification(
      diagonal: first.values + second.values,
      vector: first.ends.row(1) + second.ends.row(0).map { coupling < 0 ? -$0 : $0 },
      strength: abs(coupling))
    let split = first.values.count
    var ends = Matrix(rows: needsEnds ? 2 : 0, columns: count)
    if needsEnds {
      for index in 0..<split { ends[0, index] = first.ends[0, index] }
      for index in split..<count { ends[1, index] = second.ends[1, index - split] }
      ends = change.coordinates(of: ends)
    }
    return Part(
      node: .pair(first.node, second.node, split: split, change), values: change.values,
      ends: ends)
  }

  private static func coordinates(of rows: Matrix, in node: Node) -> Matrix {
    switch node {
    case .leaf(let vectors): .product(rows, .asStored, vectors, .transposed)
    case .pair(let first, let second, let split, let change):
      change.coordinates(
        of: .stackedColumns([
          coordinates(of: rows.columnSlice(0..<split), in: first),
          coordinates(of: rows.columnSlice(split..<rows.columns), in: second),
        ]))
    }
  }

  private static func rows(withCoordinates coordinates: Matrix, in node: Node) -> Matrix {
    switch node {
    case .leaf(let vectors): return coordinates * vectors
    case .pair(let first, let second, let split, let change):
      let both = change.rows(withCoordinates: coordinates)
      return .stackedColumns([
        rows(withCoordinates: both.columnSlice(0..<split), in: first),
        rows(withCoordinates: both.columnSlice(split..<both.columns), in: second),
      ])
    }
  }
}

extension Matrix {
  fileprivate func columnsReversed() -> Matrix {
    var result = [Double]()
    result.reserveCapacity(values.count)
    for row in 0..<rows { result += self.row(row).reversed() }
    return Matrix(rows: rows, columns: columns, values: result)
  }
}

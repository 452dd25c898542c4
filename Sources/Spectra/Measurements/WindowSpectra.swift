import LinearAlgebra

/// Eigenvalues of square windows of a matrix, all of one size, on an even grid.
///
/// Tails are comparable only between windows of equal shape: the exponent of a whole matrix depends on its
/// aspect ratio (arXiv 2506.06280).
enum WindowSpectra {
  /// The side of a window, if the matrix is large enough.
  static let side = 128
  /// The most windows along each dimension.
  static let grid = 3

  /// The positive eigenvalues of each window's Gram matrix, largest first.
  /// - Complexity: O(9 · 128³).
  static func measure(_ source: any PanelSource) throws -> [[Double]] {
    let shape = source.shape
    let side = min(side, shape.short)
    guard side >= PowerLawFit.fewest else { return [] }
    var spectra = [[Double]]()
    var panel = [Double]()
    for start in starts(shape.long, side) {
      try source.read(start..<start + side, into: &panel)
      let stored = Matrix(
        rows: shape.isTall ? side : shape.short, columns: shape.isTall ? shape.short : side,
        values: panel)
      for offset in starts(shape.short, side) {
        let window =
          shape.isTall
          ? stored.columnSlice(offset..<offset + side) : stored.rowSlice(offset..<offset + side)
        let values = try SymmetricEigen(of: window.gram(), vectors: .none).values
        // Smaller eigenvalues of a Gram matrix are only rounding.
        let floor = (values.first ?? 0) * 1e-13
        spectra.append(values.filter { $0 > floor })
      }
    }
    return spectra
  }

  /// Where windows start along one dimension: as many as fit without overlap, at most `grid`, spread
  /// evenly from end to end.
  private static func starts(_ length: Int, _ side: Int) -> [Int] {
    let count = min(grid, length / side)
    guard count > 1 else { return [(length - side) / 2] }
    return (0..<count).map { $0 * (length - side) / (count - 1) }
  }
}

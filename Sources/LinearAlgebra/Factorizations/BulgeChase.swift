/// The reduction of a symmetric band to a tridiagonal matrix, B = Q T Qᵀ, with Q kept as its reflections.
///
/// Sweep s makes column s tridiagonal by a reflection of the rows below it. What this pushes out of the band is chased
/// down along it by further reflections, each of the next `width` rows. So the reflections of a sweep tile the rows
/// s + 1 ..< size, and all of them together fill a strictly lower triangle.
///
/// **Source:** Haidar, Ltaief, Dongarra, "Parallel reduction to condensed forms for symmetric eigenvalue problems using
/// aggregated fine-grained and memory-aware kernels", SC 2011, as in LAPACK's `sytrd_sb2st`, which does not give Q.
struct BulgeChase: Sendable {
  let size: Int
  let width: Int
  let diagonal: [Double]
  let offDiagonal: [Double]
  /// The reflections of sweep after sweep: of sweep s the numbers of rows s + 1 ..< size.
  private let vectors: [Double]
  /// Their factors; each sweep has as many places as the first one has reflections.
  private let factors: [Double]

  /// - Parameters:
  ///   - band: The diagonal and `width` diagonals below it, column after column.
  ///   - size: How many columns there are, more than `width`.
  ///   - width: At least one.
  /// - Throws: ``LinearAlgebraError/overflow(routine:rows:columns:)``.
  /// - Complexity: O(size² · width); memory size²/2 for the reflections.
  init(band: [Double], size: Int, width: Int) throws(LinearAlgebraError) {
    precondition(width > 0 && size > width && band.count == size * (width + 1), "a band")
    // The chase fills as many diagonals again.
    let stride = 2 * width
    var store = [Double](repeating: 0, count: size * stride + width)
    for column in 0..<size {
      for index in 0..<min(width + 1, size - column) {
        store[column * stride + index] = band[column * (width + 1) + index]
      }
    }
    let pieces = (size - 2) / width + 1
    var vectors = [Double](repeating: 0, count: size * (size - 1) / 2)
    var factors = [Double](repeating: 0, count: size * pieces)
    unsafe store.withUnsafeMutableBufferPointer { store in
      unsafe vectors.withUnsafeMutableBufferPointer { vectors in
        unsafe factors.withUnsafeMutableBufferPointer { factors in
          for sweep in 0..<size - 2 {
            unsafe Self.chase(
              sweep, store.baseAddress!, size: size, width: width,
              vectors.baseAddress! + Self.start(of: sweep, size: size),
              factors.baseAddress! + sweep * pieces)
          }
        }
      }
    }
    diagonal = (0..<size).map { store[$0 * stride] }
    offDiagonal = (0..<size).map { $0 + 1 < size ? store[$0 * stride + 1] : 0 }
    try DenseRoutines.checkRange(diagonal, "sb2st", size, size)
    try DenseRoutines.checkRange(offDiagonal, "sb2st", size, size)
    self.size = size
    self.width = width
    self.vectors = vectors
    self.factors = factors
  }

  /// Where the reflections of a sweep begin.
  private static func start(of sweep: Int, size: Int) -> Int {
    sweep * (size - 1) - sweep * (sweep - 1) / 2
  }

  private static func chase(
    _ sweep: Int, _ band: UnsafeMutablePointer<Double>, size: Int, width: Int,
    _ vectors: UnsafeMutablePointer<Double>, _ factors: UnsafeMutablePointer<Double>
  ) {
    let stride = 2 * width
    func entry(_ row: Int, _ column: Int) -> UnsafeMutablePointer<Double> {
      unsafe band + (row + column * (stride - 1))
    }
    unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { work in
      let work = work.baseAddress!
      var (row, column, piece) = (sweep + 1, sweep, 0)
      while row < size {
        let length = min(width, size - row)
        let vector = unsafe vectors + (row - sweep - 1)
        let factor = unsafe BandRoutines.reflection(
          of: entry(row, column), length: length, into: vector)
        unsafe factors[piece] = factor
        // The other columns of the block that was just filled; the first piece of a sweep has none.
        let filled = row - 1 - column
        if filled > 0 {
          unsafe BandRoutines.reflectRows(
            of: entry(row, column + 1), length: length, columns: filled, leading: stride - 1,
            vector, factor, work: work)
        }
        unsafe BandRoutines.reflectBothSides(
          of: entry(row, row), length: length, stride: stride, vector, factor, work: work)
        let below = row + length
        if below < size {
          unsafe BandRoutines.reflectColumns(
            of: entry(below, row), rows: min(width, size - below), length: length, stride: stride,
            vector, factor, work: work)
        }
        (row, column, piece) = (below, row, piece + 1)
      }
    }
  }

  /// Replaces the columns x of a size × count matrix, stored row by row, by Q x or by Qᵀ x.
  /// - Complexity: O(size² · count).
  func apply(_ orientation: Orientation, to columns: inout [Double], count: Int) {
    precondition(columns.count == size * count, "a matrix of size · count numbers")
    let sweeps = Array(0..<max(size - 2, 0))
    let pieces = (size - 2) / width + 1
    unsafe columns.withUnsafeMutableBufferPointer { columns in
      unsafe vectors.withUnsafeBufferPointer { vectors in
        unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.chunk) { work in
          // So few columns at once that a block stays in the cache, and BLAS uses one thread whatever it may use.
          for first in stride(from: 0, to: count, by: Self.chunk) {
            let block = unsafe columns.baseAddress! + first
            for sweep in orientation == .asStored ? sweeps.reversed() : sweeps {
              let rows = Array(stride(from: sweep + 1, to: size, by: width))
              for row in orientation == .asStored ? rows.reversed() : rows {
                // Row-major columns are column-major rows: there the reflection acts from the right.
                unsafe BandRoutines.reflectColumns(
                  of: block + row * count, rows: min(Self.chunk, count - first),
                  length: min(width, size - row), stride: count + 1,
                  vectors.baseAddress! + (Self.start(of: sweep, size: size) + row - sweep - 1),
                  factors[sweep * pieces + (row - sweep - 1) / width], work: work.baseAddress!)
              }
            }
          }
        }
      }
    }
  }

  private static let chunk = 128
}

/// √Σx², also where the squares leave the range of Double: there the numbers are divided by the largest one first, as
/// LAPACK's `lassq` does. A sum of squares that overflowed or vanished would be a wrong size, in silence.
package enum EuclideanNorm {
  /// Below this sum some squares may have lost digits, or all of them.
  package static let smallestSquares = 1e-280

  /// The norm of a vector; infinity or NaN if an entry is.
  package static func of(_ values: some Sequence<Double>) -> Double {
    of(values, squares: values.reduce(0) { $0 + $1 * $1 })
  }

  /// - Parameter squares: The sum of the squares as it is computed plainly.
  package static func of(_ values: some Sequence<Double>, squares: Double) -> Double {
    guard !squares.isFinite || squares < smallestSquares,
      let largest = values.lazy.map(\.magnitude).max(), largest > 0, largest.isFinite
    else { return squares.squareRoot() }
    return largest * values.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }.squareRoot()
  }
}

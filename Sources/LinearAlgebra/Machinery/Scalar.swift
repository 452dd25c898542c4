/// A number that BLAS and LAPACK compute with.
///
/// One requirement a routine, named for what it does; the conformance is the only place where C is
/// spelled. `Double` conforms: the analysis computes in Float64 throughout.
public protocol Scalar: BinaryFloatingPoint, Sendable {
  /// op(A) · op(B), all row-major and contiguous.
  static func product(
    rows: Int, columns: Int, inner: Int, left: [Self], _ leftOrientation: Orientation,
    right: [Self], _ rightOrientation: Orientation
  ) -> [Self]

  /// C ← C + op(A) · op(B), all row-major and contiguous.
  static func addProduct(
    rows: Int, columns: Int, inner: Int, left: [Self], _ leftOrientation: Orientation,
    right: [Self], _ rightOrientation: Orientation, into result: inout [Self])

  /// The upper triangle of C ← C + PᵀP.
  static func addGram(
    size: Int, length: Int, panel: [Self], layout: PanelLayout, into result: inout [Self])

  /// The Euclidean norm.
  static func norm(_ values: [Self]) -> Self

  /// Σ aᵢ bᵢ.
  static func dot(_ left: [Self], _ right: [Self]) -> Self

  /// Thin QR of a row-major rows × columns matrix; Q replaces it, R (k × columns) is returned.
  static func orthonormalize(_ matrix: inout [Self], rows: Int, columns: Int) -> [Self]

  /// Divide and conquer SVD of a row-major matrix, whose values it destroys.
  static func singularTriplets(
    _ matrix: inout [Self], rows: Int, columns: Int, vectors: SingularVectors
  ) throws(LinearAlgebraError) -> (left: [Self], values: [Self], right: [Self])

  /// All eigenvalues, ascending; `matrix` becomes the eigenvectors, one a row, if they are wanted.
  static func symmetricEigen(_ matrix: inout [Self], size: Int, vectors: Bool)
    throws(LinearAlgebraError) -> [Self]

  /// All eigenvalues, ascending, and the eigenvectors of the `leading` largest, one a row,
  /// ascending as well.
  static func symmetricEigen(_ matrix: inout [Self], size: Int, leading: Int)
    throws(LinearAlgebraError) -> (values: [Self], vectors: [Self])
}

/// Which singular vectors a decomposition computes.
public enum SingularVectors: Sendable {
  /// None: about seven times cheaper.
  case none
  /// min(rows, columns) on each side.
  case thin
}

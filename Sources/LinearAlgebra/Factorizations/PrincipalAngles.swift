#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The angles between two subspaces of equal dimension.
///
/// **Source:** Björck and Golub, "Numerical methods for computing angles between linear subspaces",
/// Mathematics of Computation 27, 1973, equation 4.
public struct PrincipalAngles: Sendable {
  /// The cosines, largest first, in [0, 1].
  public let cosines: [Double]

  /// The angles from the product QᵀR of two orthonormal bases Q and R.
  /// - Throws: As ``Matrix/singularValues()``.
  public init(betweenBasesWithProducts products: Matrix) throws(LinearAlgebraError) {
    cosines = try products.singularValues().map { min($0, 1) }
  }

  /// The angles in degrees, smallest first, in [0, 90].
  ///
  /// The cosines are rounded, so angles below about 1e-6 degrees are not resolved.
  public var degrees: [Double] { cosines.map { acos($0) * (180 / Double.pi) } }

  /// The mean squared cosine: 1 for equal subspaces, K/n expected for random ones.
  public var overlap: Double {
    cosines.isEmpty ? 0 : cosines.reduce(0) { $0 + $1 * $1 } / Double(cosines.count)
  }
}

import LinearAlgebra

/// How much of a path is one direction: λ₁ / Σ λ over the eigenvalues of its Gram matrix, uncentred. Range: (0, 1];
/// 1 for a straight path through the origin, about 8/π² ≈ 0.81 for a long random walk of even increments.
///
/// **Source:** RELEX, arXiv 2605.21468, 2026.
public enum PathFirstShare: PathMetric {
  public static let name = "path_first_share"
  public static let summary = "Share of the updates of a run that is one direction"
  public static let range = "(0, 1]"
  public static let unit = "dimensionless"

  public static func value(of path: UpdatePath) -> Double? {
    ratio(path.direction.energy, path.energy).map { min(1, $0) }
  }
}

/// How many directions a path uses, (Σ λ)² / Σ λ² over the eigenvalues of its Gram matrix. Range: [1, T] for T points.
public enum PathEffectiveDimension: PathMetric {
  public static let name = "path_effective_dimension"
  public static let summary = "Number of directions that the updates of a run take, by energy"
  public static let range = "[1, number of points]"
  public static let unit = "dimensionless"

  public static func value(of path: UpdatePath) -> Double? {
    // Σ λ² is the sum of the squares of all entries.
    let squares = path.gram.values.reduce(0) { $0 + $1 * $1 }
    return ratio(path.energy * path.energy, squares).map { max(1, $0) }
  }
}

/// How evenly a path advances on its first direction: R² of the line through the origin for its coefficients cᵢ,
/// (Σ cᵢ tᵢ)² / (Σ cᵢ² · Σ tᵢ²), where tᵢ counts steps from where the update is zero. Range: [0, 1]; 1 for a constant
/// pace, 3/4 for many even checkpoints of a path that jumps and then stands still, 0.986 for a long random walk.
///
/// **Source:** RELEX, arXiv 2605.21468, 2026, which fits the same coefficients; the line through the origin is ours.
public enum PathLinearity: PathMetric {
  public static let name = "path_linearity"
  public static let summary = "R² of the way along the first direction against the step"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"

  public static func value(of path: UpdatePath) -> Double? {
    let (coefficients, times) = (path.direction.coefficients, path.times)
    let product = zip(coefficients, times).reduce(0) { $0 + $1.0 * $1.1 }
    let lengths = [coefficients, times].map { $0.reduce(0) { $0 + $1 * $1 } }
    return ratio(product * product, lengths[0] * lengths[1]).map { min(1, $0) }
  }
}

extension UpdatePath {
  /// Σ ‖ΔWᵢ‖², the trace of G.
  fileprivate var energy: Double { (0..<count).reduce(0) { $0 + gram[$1, $1] } }
}

package import LinearAlgebra

/// GeoRA: the r largest singular triplets of W ∘ M, taken out of the base. The mask M keeps an entry if its
/// magnitude is among the smallest fifth in W or in the best rank-r approximation of W.
///
/// The triplets are split so that s·B₀A₀ is their sum: the sources do not say whether s divides them.
///
/// **Source:** "GeoRA", 2026, arXiv 2601.09361, whose share is a fifth as well.
package struct GeoRAStart: FactorStart {
  package static let key = "geora"
  package static let summary =
    "largest singular triplets of the base's small entries, taken out of it"
  package static let formula = "the r largest triplets of the small entries of W"
  package static let leavesResidual = true
  private static let share = 0.2

  package init() {}

  package func factors(
    base: any BaseWeight, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    let weight = try base.matrix()
    let approximation = try SingularTriplets(of: weight).leading(rank).reconstruction()
    let (bound, smooth) = (Self.quantile(weight), Self.quantile(approximation))
    let masked = weight.combined(with: approximation) { entry, approximate in
      abs(entry) <= bound || abs(approximate) <= smooth ? entry : 0
    }
    return FactorPair(splitting: try SingularTriplets(of: masked).leading(rank), scale: scale)
  }

  /// The magnitude below which the share of smallest entries lies, interpolated.
  private static func quantile(_ matrix: Matrix) -> Double {
    SampleQuantile.value(at: share, of: matrix.values.map { abs($0) }) ?? 0
  }
}

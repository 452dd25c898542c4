/// How unevenly the update is spread over the H heads of an attention weight: H Σ eₕ², eₕ being the head's share of
/// ‖ΔW‖_F². Range: [1, H]; 1 if all heads have the same share, H if one has everything. Empty for weights without known
/// heads.
///
/// **Source:** the index of Herfindahl and Hirschman, relative to even shares; heads that differ: Diffract, ICML 2026.
public enum HeadConcentration: ChangeMetric {
  public static let name = "head_concentration"
  public static let summary = "Concentration of the update on few attention heads; 1 is even"
  public static let range = "[1, number of heads]"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.heads.map { heads in
      max(1, Double(heads.shares.count) * heads.shares.reduce(0) { $0 + $1 * $1 })
    }
  }

  /// What a random orientation of the same singular values gives: the mean is exact, 1 + H² times the variance of a
  /// share; the spread is that of shares which are normal but for their sum.
  static func null(of heads: HeadShares) -> NullEstimate {
    let count = Double(heads.shares.count)
    let excess =
      count * count * heads.nullStandardDeviation * heads.nullStandardDeviation
    return NullEstimate(
      metric: name, mean: 1 + excess,
      standardDeviation: excess * (2 / (count - 1)).squareRoot(), samples: nil)
  }
}

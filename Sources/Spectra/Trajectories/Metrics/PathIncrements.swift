import LinearAlgebra

/// The mean cosine between successive increments Dₖ = ΔWₖ₊₁ − ΔWₖ of a path. Range: [−1, 1]; 0 for a random walk,
/// negative for a path that swings to and fro; empty if no two successive increments differ from zero.
public enum IncrementCosine: PathMetric {
  public static let name = "increment_cosine"
  public static let summary = "Mean cosine between successive increments of the update"
  public static let range = "[−1, 1]"
  public static let unit = "dimensionless"

  public static func value(of path: UpdatePath) -> Double? {
    let cosines = (0..<path.count - 2).compactMap(path.successiveCosine)
    return cosines.isEmpty ? nil : cosines.reduce(0, +) / Double(cosines.count)
  }
}

/// How far the last update lies from the line through the two before it, relative to its last increment:
/// ‖ΔW_T − (ΔW_T₋₁ + ρ D)‖ / ‖ΔW_T − ΔW_T₋₁‖, D being the increment before and ρ the ratio of the two distances in
/// steps. Range: ≥ 0; 1 is what “no change” predicts, and a random walk gives about √2.
public enum ExtrapolationError: PathMetric {
  public static let name = "extrapolation_error"
  public static let summary =
    "Error of the last update predicted by the line through the two before"
  public static let range = "≥ 0; 1 predicts no change"
  public static let unit = "dimensionless"

  public static func value(of path: UpdatePath) -> Double? {
    let last = path.count - 1
    let times = path.times
    guard let pace = ratio(times[last] - times[last - 1], times[last - 1] - times[last - 2]) else {
      return nil
    }
    let (before, now) = (path.squaredIncrement(last - 2), path.squaredIncrement(last - 1))
    // Two points that do not differ predict no change.
    let product = before > 0 ? path.successiveProduct(last - 2) : 0
    let square = now + pace * pace * before - 2 * pace * product
    return ratio(max(0, square).squareRoot(), now.squareRoot())
  }
}

/// How far the last update lies from the rank-one line of all before it, relative to its last increment: u and the slope
/// b are the first direction and the line through the origin of the earlier points, and b t_T u is the prediction.
/// Range: ≥ 0; 1 is what “no change” predicts.
///
/// **Source:** RELEX, arXiv 2605.21468, 2026: extrapolation on the first direction.
public enum RankOneExtrapolationError: PathMetric {
  public static let name = "rank_one_extrapolation_error"
  public static let summary =
    "Error of the last update predicted by the first direction of all before"
  public static let range = "≥ 0; 1 predicts no change"
  public static let unit = "dimensionless"

  public static func value(of path: UpdatePath) -> Double? {
    let last = path.count - 1
    let direction = path.earlierDirection
    guard let slope = direction.slope(over: path.times[..<last]),
      let coefficient = direction.coefficient(ofProducts: path.gram.row(last))
    else { return nil }
    let predicted = slope * path.times[last]
    let square = path.gram[last, last] - 2 * predicted * coefficient + predicted * predicted
    return ratio(max(0, square).squareRoot(), path.squaredIncrement(last - 1).squareRoot())
  }
}

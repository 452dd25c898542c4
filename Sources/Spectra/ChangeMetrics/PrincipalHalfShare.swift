/// The share of the update on the first half of the base's input directions: Σ_{j<p/2} êⱼ (the middle
/// one of an odd number included),
/// êⱼ = ‖ΔW vⱼ‖² / Σ ‖ΔW vⱼ‖² over the p directions. Range: [0, 1]; 1/2 for a random orientation;
/// empty for a zero update.
///
/// **Source:** the analysis scripts published with arXiv 2512.23165.
public enum PrincipalHalfShare: ChangeMetric {
  public static let name = "principal_half_share"
  public static let summary = "Share of the update on the first half of the input directions"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    guard change.knowsWholeBase else { return nil }
    let energies = change.energies.right
    return ratio(energies[..<((energies.count + 1) / 2)].reduce(0, +), energies.reduce(0, +))
  }
}

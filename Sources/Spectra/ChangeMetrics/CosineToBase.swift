/// The cosine between update and base as vectors of entries, ⟨ΔW, W⟩ / (‖ΔW‖_F ‖W‖_F).
/// Range: [−1, 1]; negative where training shrinks the weight; empty for a zero update or base.
public enum CosineToBase: ChangeMetric {
  public static let name = "cosine_to_base"
  public static let summary = "Cosine between update and base weight"
  public static let range = "[−1, 1]"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    ratio(change.innerProduct, (change.update.energy * change.base.energy).squareRoot())
  }
}

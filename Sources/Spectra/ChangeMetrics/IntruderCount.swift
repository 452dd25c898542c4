/// How many of the first ten left singular vectors of W + ΔW are unlike every left singular vector of
/// W: maxᵢ |⟨u₊, uᵢ⟩| < 0.5. Range: 0 … 10. Needs the spectrum of W + ΔW.
///
/// **Source:** Shuttleworth et al., "LoRA vs full fine-tuning: an illusion of equivalence",
/// arXiv 2410.21228, 2024, algorithm 1 (k = 10, ε = 0.5).
public enum IntruderCount: ChangeMetric {
  public static let name = "intruder_count"
  public static let summary =
    "Leading singular vectors of the adapted weight unlike any of the base's"
  public static let range = "0 … 10"
  public static let unit = "count"
  public static let needs: ChangeMeasurements.Wanted = .adapted

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.adapted == nil ? nil : Double(change.bestMatches.count { $0 < 0.5 })
  }
}

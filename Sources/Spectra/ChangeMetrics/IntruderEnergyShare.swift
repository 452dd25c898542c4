/// The share that intruders (``IntruderCount``) have of the energy of the first ten directions of
/// W + ΔW: Σ_intruders σ₊² / Σ_{j<10} σ₊². Range: [0, 1]. Needs the spectrum of W + ΔW.
public enum IntruderEnergyShare: ChangeMetric {
  public static let name = "intruder_energy_share"
  public static let summary = "Energy of the intruders among the first ten directions"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"
  public static let needs: ChangeMeasurements.Wanted = .adapted

  public static func value(of change: ChangeMeasurements) -> Double? {
    guard let adapted = change.adapted else { return nil }
    let energies = zip(adapted.values, change.bestMatches).map { (energy: $0 * $0, match: $1) }
    return ratio(
      energies.reduce(0) { $0 + ($1.match < 0.5 ? $1.energy : 0) },
      energies.reduce(0) { $0 + $1.energy })
  }
}

/// How far the singular values moved, relative to their size: ‖σ(W₊) − σ(W)‖₂ / ‖σ(W)‖₂.
/// Range: [0, relative_update_norm], by Mirsky's inequality; empty for a zero base. Needs the spectrum
/// of W + ΔW.
///
/// **Source:** Zhu et al., "The path not taken: RLVR provably learns off the principals",
/// arXiv 2511.08567, 2025, section 4.1.
public enum NormalizedSpectralShift: ChangeMetric {
  public static let name = "normalized_spectral_shift"
  public static let summary = "Movement of the base's singular values, relative to their size"
  public static let range = "[0, relative_update_norm]"
  public static let unit = "dimensionless"
  public static let needs: ChangeMeasurements.Wanted = .adapted

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.spectralDisplacement.flatMap {
      ratio($0.squareRoot(), change.base.energy.squareRoot())
    }
  }
}

/// The share of the update that changes singular values rather than singular vectors:
/// ‖σ(W₊) − σ(W)‖₂² / ‖ΔW‖_F². Range: [0, 1]; empty for a zero update. Needs the spectrum of W + ΔW.
///
/// **Source:** "ISO", arXiv 2607.19331, 2026.
public enum SpectralDriftShare: ChangeMetric {
  public static let name = "spectral_drift_share"
  public static let summary = "Share of the update that moves singular values, not vectors"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"
  public static let needs: ChangeMeasurements.Wanted = .adapted

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.spectralDisplacement.flatMap { ratio($0, change.update.energy) }
  }
}

extension ChangeMeasurements {
  /// ‖σ(W₊) − σ(W)‖₂², where the spectrum of W + ΔW was measured.
  var spectralDisplacement: Double? {
    adapted.map { adapted in
      zip(adapted.values, base.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
  }
}

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

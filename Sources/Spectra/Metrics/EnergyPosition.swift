/// The share of the update that acts on the last K of the base's p input directions. Range: [0, 1];
/// K/in for a random orientation; empty for a zero update.
public enum TailShareRight: ChangeMetric {
  public static let name = "tail_share_right"
  public static let summary = "Share of the update on the base's last K input directions"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.tailShare(.right)
  }
}

/// The share of the update that writes into the last K of the base's p output directions.
/// Range: [0, 1]; K/out for a random orientation; empty for a zero update.
public enum TailShareLeft: ChangeMetric {
  public static let name = "tail_share_left"
  public static let summary = "Share of the update on the base's last K output directions"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.tailShare(.left)
  }
}

/// The share of the update on the first half of the base's input directions: Σ_{j<p/2} êⱼ (the middle one of
/// an odd number included), with êⱼ = ‖ΔW vⱼ‖² / Σ ‖ΔW vⱼ‖² over the p directions. Range: [0, 1]; 1/2 for a
/// random orientation; empty for a zero update.
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

/// Where the update lies on average over the base's input directions: Σ j êⱼ / (p − 1).
/// Range: [0, 1]; 0 on the first, 1 on the last direction, 1/2 for a random orientation; empty for a
/// zero update and for p = 1.
public enum EnergyCenterRight: ChangeMetric {
  public static let name = "energy_center_right"
  public static let summary = "Mean position of the update over the input directions"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.energyCenter(.right)
  }
}

/// Where the update lies on average over the base's output directions, as ``EnergyCenterRight``.
/// Range: [0, 1]; 1/2 for a random orientation; empty for a zero update and for p = 1.
public enum EnergyCenterLeft: ChangeMetric {
  public static let name = "energy_center_left"
  public static let summary = "Mean position of the update over the output directions"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.energyCenter(.left)
  }
}

/// How much more of the update than of the base lies beyond the directions that hold 90 % of the
/// base's energy: with k₉₀ the smallest k with Σ_{j<k} σ² ≥ 0.9 Σ σ²,
/// (Σ_{j≥k₉₀} êⱼ) / (Σ_{j≥k₉₀} σⱼ² / Σ σ²). Range: ≥ 0; 1 if the update is spread as the base is; empty
/// if the base has nothing beyond k₉₀.
public enum NonprincipalEnrichment: ChangeMetric {
  public static let name = "nonprincipal_enrichment"
  public static let summary = "Update beyond the base's 90 % energy subspace, relative to the base"
  public static let range = "≥ 0"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    guard change.knowsWholeBase else { return nil }
    let start = change.base.rank(holding: 0.9)
    let energies = change.energies.right
    let baseTail = change.base.values[start...].reduce(0) { $0 + $1 * $1 } / change.base.energy
    return ratio(energies[start...].reduce(0, +), energies.reduce(0, +)).flatMap {
      ratio($0, baseTail)
    }
  }
}

extension ChangeMeasurements {
  /// Whether all p directions of the base are known, and not only the leading ones.
  var knowsWholeBase: Bool { base.values.count == shape.short }

  /// Whether the base and the update have directions: one of zeros has none, and those of one whose squares vanish cannot
  /// be measured.
  var hasBaseDirections: Bool { base.hasUsableSquares && update.hasUsableSquares }

  /// The share of ‖ΔW‖_F² on the last K of the p directions of one side.
  func tailShare(_ side: Side) -> Double? {
    guard knowsWholeBase else { return nil }
    return min(1, energies[side].suffix(topCount).reduce(0, +) / update.energy)
  }

  /// Σ j êⱼ / (p − 1) on one side.
  func energyCenter(_ side: Side) -> Double? {
    let energies = energies[side]
    guard energies.count > 1, knowsWholeBase else { return nil }
    let moment = energies.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
    return ratio(moment, energies.reduce(0, +) * Double(energies.count - 1))
  }
}

extension ChangeMeasurements {
  /// Whether all p directions of the base are known, and not only the leading ones.
  var knowsWholeBase: Bool { base.values.count == shape.short }

  /// The share of ‖ΔW‖_F² on the K leading directions of one side.
  func headShare(_ side: Side) -> Double {
    min(1, energies[side][..<topCount].reduce(0, +) / update.energy)
  }

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

  /// What a random orientation of this update would give for the head share of one side.
  func headShareNull(_ side: Side) -> HeadShareNull {
    HeadShareNull(
      values: update.values, count: topCount,
      dimension: side == .right ? shape.columns : shape.rows)
  }

  /// ‖σ(W₊) − σ(W)‖₂², where the spectrum of W + ΔW was measured.
  var spectralDisplacement: Double? {
    adapted.map { adapted in
      zip(adapted.values, base.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
  }
}

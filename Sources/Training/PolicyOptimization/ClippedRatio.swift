/// The pessimistic minimum of a ratio times its advantage, clipped and not.
///
/// **Source:** Schulman et al., "Proximal policy optimization algorithms", 2017, arXiv 1707.06347,
/// equation 7.
struct ClippedRatio {
  /// ε below and above 1.
  let low: Double, high: Double

  /// −min(ρA, clip(ρ)A), and its derivative by log ρ.
  struct Term {
    let loss: Double
    let slope: Double
    let isClippedLow: Bool, isClippedHigh: Bool
  }

  func term(ratio: Double, advantage: Double) -> Term {
    // Also where the ratio has overflowed: what teaches nothing has no part in the loss.
    guard advantage != 0 else {
      return Term(loss: 0, slope: 0, isClippedLow: false, isClippedHigh: false)
    }
    let isLow = advantage < 0 && ratio < 1 - low
    let isHigh = advantage > 0 && ratio > 1 + high
    let clipped = min(max(ratio, 1 - low), 1 + high)
    return Term(
      loss: -min(ratio * advantage, clipped * advantage),
      slope: isLow || isHigh ? 0 : -ratio * advantage, isClippedLow: isLow, isClippedHigh: isHigh)
  }
}

extension PolicyObjective {
  /// The chosen clip, or the objective's own.
  static func clip(_ options: ObjectiveOptions) -> ClippedRatio {
    ClippedRatio(
      low: options.clipLow ?? usualClip.low ?? .infinity, high: options.clipHigh ?? usualClip.high)
  }
}

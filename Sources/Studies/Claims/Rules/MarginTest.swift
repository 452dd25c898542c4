import Foundation
import LinearAlgebra

/// One part of a rule: a mean over seeds whose whole interval must lie beyond (or within) a margin.
struct MarginTest {
  /// What is claimed of the mean.
  enum Direction {
    /// Above the margin.
    case above
    /// Below minus the margin.
    case below
    /// Between minus the margin and the margin.
    case within
  }

  /// Whether the values are plain numbers or logarithms of ratios.
  enum Scale { case plain, logarithm }

  /// With fewer seeds there is no verdict.
  static let fewestSeeds = 3

  /// What is measured, with the sign in which it is compared.
  let label: String
  /// The runs that the test needs, named if they are missing.
  let needs: String
  let values: [Double]
  let direction: Direction
  /// In the unit of the values; for ratios, the logarithm of the ratio.
  let margin: Double
  let scale: Scale
  /// The interval of the mean; nil below ``fewestSeeds`` seeds.
  let interval: ConfidenceInterval?

  /// A part of a rule.
  /// - Parameters:
  ///   - label: What is measured, with the sign in which it is compared.
  ///   - needs: The runs that the test needs, named if they are missing.
  ///   - values: One number per seed; those that are not finite are left out.
  ///   - direction: What is claimed of their mean.
  ///   - margin: How far the interval must be from 0, in the unit of the values, not negative.
  ///   - scale: Whether the values are logarithms of ratios.
  ///   - level: The nominal coverage of the interval.
  init(
    _ label: String, needs: String, values: [Double], _ direction: Direction, margin: Double,
    scale: Scale = .plain, level: Double = 0.95
  ) {
    precondition(margin >= 0, "a margin is a distance")
    self.label = label
    self.needs = needs
    self.values = values.filter(\.isFinite)
    self.direction = direction
    self.margin = margin
    self.scale = scale
    interval =
      self.values.count < Self.fewestSeeds
      ? nil : SeedInterval.ofMean(self.values, level: level)
  }

  /// What this part says about the claim.
  var verdict: ClaimFinding.Verdict {
    guard let interval else { return .notTested }
    let isInside = -margin <= interval.lower && interval.upper <= margin
    switch direction {
    case .above where interval.lower > margin, .below where interval.upper < -margin:
      return .reproduced
    case .above where interval.upper < 0 || isInside: return .notReproduced
    case .below where interval.lower > 0 || isInside: return .notReproduced
    case .within where isInside: return .reproduced
    case .within where interval.lower > margin || interval.upper < -margin: return .notReproduced
    case .above, .below, .within: return .undecided
    }
  }

  /// The number behind it; nil where there are too few seeds.
  var evidence: ClaimEvidence? {
    guard let interval, let mean = SampleMoments.mean(of: values) else { return nil }
    let shown =
      scale == .plain
      ? interval
      : ConfidenceInterval(
        lower: exp(interval.lower), upper: exp(interval.upper), level: interval.level)
    return ClaimEvidence(
      label, value: scale == .plain ? mean : exp(mean), interval: shown, count: values.count)
  }

  /// What is missing, in words; nil if nothing is.
  var missing: String? {
    verdict == .notTested ? "\(needs) (\(values.count) of \(Self.fewestSeeds) seeds)" : nil
  }
}

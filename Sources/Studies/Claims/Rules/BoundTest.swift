import Foundation
import LinearAlgebra

/// A part of a rule about all starts at once: a number with an interval over starts that must lie on one side of a bound.
///
/// It holds if the whole interval does, and fails if the whole interval lies on the other side.
struct BoundTest: RulePart {
  enum Direction { case above, below }

  let label: String
  let needs: String
  let value: Double?
  let interval: ConfidenceInterval?
  let direction: Direction
  let bound: Double
  /// How many starts.
  let count: Int

  /// With fewer starts there is no verdict.
  static let fewestStarts = 6

  static let amount = "at least \(fewestStarts)"
  static let unit = "starts"

  private var known: (value: Double, interval: ConfidenceInterval)? {
    guard count >= Self.fewestStarts, let value, let interval else { return nil }
    return (value, interval)
  }

  var verdict: ClaimFinding.Verdict {
    guard let (_, interval) = known else { return .notTested }
    let isAbove = interval.lower > bound
    let isBelow = interval.upper < bound
    switch direction {
    case .above: return isAbove ? .reproduced : isBelow ? .notReproduced : .undecided
    case .below: return isBelow ? .reproduced : isAbove ? .notReproduced : .undecided
    }
  }

  var evidence: ClaimEvidence? {
    known.map { ClaimEvidence(label, value: $0.value, interval: $0.interval, count: count) }
  }

  var missing: String? {
    known == nil ? "\(needs) (\(count) of \(Self.fewestStarts) starts)" : nil
  }
}

extension BoundTest {
  /// Whether the rank correlation of two numbers of each start lies on one side of a bound.
  ///
  /// The interval is a bootstrap over starts: seeds of a start are near copies.
  static func correlation(
    _ label: String, needs: String, _ pairs: [(Double, Double)], _ direction: Direction,
    bound: Double
  ) -> BoundTest {
    let found = SpearmanCorrelation(pairs.map(\.0), pairs.map(\.1))
    return BoundTest(
      label: label, needs: needs, value: found?.coefficient,
      interval: found?.interval(BootstrapInterval(.percentile, resamples: 4_000)),
      direction: direction, bound: bound, count: pairs.count)
  }

  /// Whether the typical factor by which predictions are off, the root mean square of its logarithm, lies below a bound.
  /// - Parameter errors: The logarithm of the predicted by the measured number, for each start.
  static func typicalFactor(
    _ label: String, needs: String, errors: [Double], bound: Double
  ) -> BoundTest {
    func factor(_ errors: [Double]) -> Double? {
      SampleMoments.mean(of: errors.map { $0 * $0 }).map { exp($0.squareRoot()) }
    }
    return BoundTest(
      label: label, needs: needs, value: factor(errors),
      interval: BootstrapInterval(.percentile, resamples: 4_000)
        .overIndices(count: errors.count) { indices in factor(indices.map { errors[$0] }) },
      direction: .below, bound: bound, count: errors.count)
  }
}

/// How much of the best that a run had reached it has lost at a step, from 0 (nothing) to 1 (all): a column of
/// summaries. The verdict is that of `CollapseRule`, which also asks whether a fall is more than noise.
///
/// **Source:** ours. A collapse in arXiv 2512.23165 is a reward that falls to about zero.
package struct CollapseScore: Sendable {
  private let curve: SmoothedCurve
  /// For each point the best average up to it.
  private let best: [Double]
  /// What values are measured from.
  private let floor: Double

  /// - Parameter curve: Of rewards or another quantity that should rise, ascending in step; empty where there is none.
  package init(of curve: [CurvePoint]) {
    self.curve = SmoothedCurve(curve)
    var best = [Double]()
    best.reserveCapacity(curve.count)
    for point in self.curve.points { best.append(max(best.last ?? point.value, point.value)) }
    self.best = best
    floor = curve.floor
  }

  /// - Parameters:
  ///   - log: What a run logged.
  ///   - kind: What it was trained on, which decides the curve.
  package init(of log: TrainingLog, kind: TrainingKind) {
    let quantity = kind.outcomes.first { log.curve(of: $0) != nil && !$0.isLoss }
    self.init(of: quantity.flatMap(log.curve)?.points ?? [])
  }

  /// The score at a step: 1 if its weights are not finite; nil without a value up to it that is above the floor.
  package func value(atStep step: Int, isFinite: Bool) -> Double? {
    guard isFinite else { return 1 }
    let count = curve.count(upTo: step)
    guard count > 0, best[count - 1] > floor else { return nil }
    // The distance of two values may exceed the range of Double; that of their halves does not.
    let factor = (best[count - 1] - floor).isFinite ? 1 : 0.5
    let (top, now) = (best[count - 1] * factor, curve.points[count - 1].value * factor)
    return min(max((top - now) / (top - floor * factor), 0), 1)
  }
}

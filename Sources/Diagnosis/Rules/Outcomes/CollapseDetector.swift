import LinearAlgebra

/// Decides whether a curve that should rise, of rewards, accuracies or margins, collapsed.
///
/// 1. Values that are not finite are no measurements and are left out.
/// 2. The trailing average at a point is the mean of it and the `window` − 1 points before it; the
///    first average is that of the first `window` points, and is the **start**.
/// 3. The **reference** at a point is the larger of the start and the best average before it. Both are measured from the
///    **floor**: zero, or the lowest value if that is negative.
/// 4. An **episode** begins where the average falls below `fraction` of the reference, which then
///    stays what it is, and ends where the average is back at that bound or above.
/// 5. An episode counts only if its mean lies `certainty` standard errors below the reference, by the noise of the curve.
/// 6. An average shows a fall late. The **step** of an episode is where the unbroken series of values below the bound
///    begins that its first average ends with. A curve that falls within its first window fell from its first value, if
///    that is more than twice the average.
/// 7. A curve whose last episode does not end **collapsed**; one whose episodes all end
///    **recovered**; one without episodes is **steady**. A curve of `window` points or fewer has one
///    average at most and is **too short**.
///
/// **Source:** the rule is ours.
public struct CollapseDetector: Sendable, Equatable {
  /// How many points a trailing average spans, at least 1; nil for what fits the length of the curve.
  public let window: Int?
  /// The share of the reference below which a curve has fallen, in (0, 1).
  public let fraction: Double
  /// How many standard errors a fall must be deep.
  public let certainty: Double

  /// A rule.
  /// - Parameters:
  ///   - window: How many points a trailing average spans, at least 1; nil for `SmoothedCurve.window(for:)`.
  ///   - fraction: The share of the reference below which a curve has fallen, in (0, 1).
  ///   - certainty: How many standard errors a fall must be deep; 0 takes every fall.
  public init(window: Int? = nil, fraction: Double = 0.5, certainty: Double = 3) {
    precondition(window ?? 1 > 0, "a trailing average spans at least one point")
    precondition(fraction > 0 && fraction < 1, "a collapse is below a fraction between 0 and 1")
    self.window = window
    self.fraction = fraction
    self.certainty = certainty
  }

  /// Applies the rule to a curve, ascending in step. O(n · window).
  public func finding(in curve: [CurvePoint]) -> CollapseFinding {
    precondition(
      zip(curve, curve.dropFirst()).allSatisfy { $0.step < $1.step }, "the steps of a curve ascend")
    let points = curve.filter(\.value.isFinite)
    let smoothed = SmoothedCurve(points, window: window)
    guard points.count > smoothed.window else {
      return CollapseFinding(outcome: .tooShort, start: nil, best: nil, episodes: [])
    }
    return finding(in: smoothed, of: points)
  }

  private func finding(in smoothed: SmoothedCurve, of points: [CurvePoint]) -> CollapseFinding {
    let floor = points.floor
    let start = smoothed.whole.first?.value ?? 0
    var best = start
    var episodes: [CollapseFinding.Episode] = []
    var open: (episode: CollapseFinding.Episode, mean: Double, count: Int)?
    /// Ends the open episode, and keeps it if it is deep enough.
    func close(at step: Int?) {
      guard let (episode, mean, count) = open else { return }
      let error = smoothed.error(ofMeansOver: smoothed.window, and: count + smoothed.window - 1)
      if episode.reference - mean >= certainty * error {
        let placed = placed(episode, in: points, floor: floor)
        episodes.append(step.map(placed.ended) ?? placed)
      }
      open = nil
    }
    for point in smoothed.whole.dropFirst() {
      // Halves: the distance of two values may exceed the range of Double.
      let hasFallen =
        best > floor && point.value / 2 - floor / 2 < fraction * (best / 2 - floor / 2)
      if !hasFallen {
        close(at: point.step)
      } else if let (episode, mean, count) = open {
        open = (
          episode.lowered(to: point.value),
          mean + (point.value / Double(count + 1) - mean / Double(count + 1)), count + 1
        )
      } else {
        let episode = CollapseFinding.Episode(
          collapseStep: point.step, recoveryStep: nil, reference: best, lowest: point.value)
        open = (episode, point.value, 1)
      }
      // `best` cannot rise while an episode is open: its averages are below the reference.
      best = max(best, point.value)
    }
    close(at: nil)
    let outcome: CollapseFinding.Outcome =
      episodes.isEmpty ? .steady : episodes.last?.recoveryStep == nil ? .collapsed : .recovered
    return CollapseFinding(outcome: outcome, start: start, best: best, episodes: episodes)
  }

  /// An episode of averages, at the step at which the values themselves fell, and with what they fell from.
  private func placed(
    _ episode: CollapseFinding.Episode, in points: [CurvePoint], floor: Double
  ) -> CollapseFinding.Episode {
    var reference = episode.reference
    // A curve that falls within its first average has no other start than its first value.
    if let first = points.first?.value, first / 2 - floor / 2 > reference - floor {
      reference = first
    }
    let bound = floor + 2 * fraction * (reference / 2 - floor / 2)
    return CollapseFinding.Episode(
      collapseStep: points.onset(below: bound, upTo: episode.collapseStep) ?? episode.collapseStep,
      recoveryStep: nil, reference: reference, lowest: episode.lowest)
  }
}

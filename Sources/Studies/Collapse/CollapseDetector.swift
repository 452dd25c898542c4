import LinearAlgebra

/// Decides whether a curve of rewards or accuracies collapsed, by a rule that is fixed beforehand.
///
/// 1. Values that are not finite are no measurements and are left out.
/// 2. The trailing average at a point is the mean of it and the `window` − 1 points before it; the
///    first average is that of the first `window` points, and is the **start**.
/// 3. The **reference** at a point is the larger of the start and the best average before it.
/// 4. An **episode** begins where the average falls below `fraction` of the reference, which then
///    stays what it is, and ends where the average is back at that bound or above.
/// 5. A curve whose last episode does not end **collapsed**; one whose episodes all end
///    **recovered**; one without episodes is **steady**. A curve of `window` points or fewer has one
///    average at most and is **too short**.
/// 6. A curve whose start is 0 or less never collapses, because a share of 0 is no bound. With
///    `needsPositiveStart` false this holds only until the best average is above 0.
///
/// **Source:** the rule is ours.
public struct CollapseDetector: Sendable, Equatable, Codable {
  /// How many points a trailing average spans, at least 1.
  public let window: Int
  /// The share of the reference below which a curve has fallen, in (0, 1).
  public let fraction: Double
  /// Whether a curve that starts at 0 never collapses, however far it rose before it fell.
  public let needsPositiveStart: Bool

  /// A rule.
  /// - Parameters:
  ///   - window: How many points a trailing average spans, at least 1.
  ///   - fraction: The share of the reference below which a curve has fallen, in (0, 1).
  ///   - needsPositiveStart: Whether a curve that starts at 0 never collapses.
  public init(window: Int = 5, fraction: Double = 0.5, needsPositiveStart: Bool = true) {
    precondition(window > 0, "a trailing average spans at least one point")
    precondition(fraction > 0 && fraction < 1, "a collapse is below a fraction between 0 and 1")
    self.window = window
    self.fraction = fraction
    self.needsPositiveStart = needsPositiveStart
  }

  /// Applies the rule to a curve. O(n · window).
  /// - Parameters:
  ///   - steps: The steps of the measurements, ascending.
  ///   - values: The reward or accuracy at each step.
  public func finding(steps: [Int], values: [Double]) -> CollapseFinding {
    precondition(steps.count == values.count, "a curve has one value a step")
    precondition(
      zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 }, "the steps of a curve ascend")
    let points = zip(steps, values).filter { $0.1.isFinite }
    guard points.count > window else {
      return CollapseFinding(outcome: .tooShort, start: nil, best: nil, episodes: [])
    }
    return finding(in: averages(of: points))
  }

  /// The trailing averages, each at the step of the last point it spans.
  private func averages(of points: [(Int, Double)]) -> [(step: Int, value: Double)] {
    // Summed anew each time: a running sum would carry rounding from point to point.
    (window...points.count).map { end in
      let mean = SampleMoments.mean(of: points[(end - window)..<end].map(\.1))
      return (points[end - 1].0, mean ?? 0)
    }
  }

  private func finding(in averages: [(step: Int, value: Double)]) -> CollapseFinding {
    let start = averages[0].value
    let canCollapse = start > 0 || !needsPositiveStart
    var best = start
    var episodes: [CollapseFinding.Episode] = []
    var open: CollapseFinding.Episode?
    for (step, value) in averages.dropFirst() {
      let hasFallen = canCollapse && best > 0 && value < fraction * best
      switch (open, hasFallen) {
      case (nil, true):
        open = .init(collapseStep: step, recoveryStep: nil, reference: best, lowest: value)
      case (.some(let episode), true):
        open = episode.lowered(to: value)
      case (.some(let episode), false):
        episodes.append(episode.ended(at: step))
        open = nil
      case (nil, false): break
      }
      // `best` cannot rise while an episode is open: its averages are below the reference.
      best = max(best, value)
    }
    let outcome: CollapseFinding.Outcome =
      open != nil ? .collapsed : episodes.isEmpty ? .steady : .recovered
    return CollapseFinding(
      outcome: outcome, start: start, best: best, episodes: episodes + (open.map { [$0] } ?? []))
  }
}

/// What a `CollapseDetector` says of a curve.
public struct CollapseFinding: Sendable, Equatable, Codable {
  public enum Outcome: String, Sendable, CaseIterable, Codable {
    /// There are not enough points for a second average.
    case tooShort
    /// The average never fell below the bound.
    case steady
    /// It fell and came back each time.
    case recovered
    /// It fell and stayed below the bound to the end of the record.
    case collapsed
  }

  /// A stretch of the curve below the bound.
  public struct Episode: Sendable, Equatable, Codable {
    /// The first step whose average is below the bound.
    public let collapseStep: Int
    /// The first later step whose average is not; nil if there is none.
    public let recoveryStep: Int?
    /// The average that the curve fell from: the larger of the start and the best before.
    public let reference: Double
    /// The lowest average of the episode.
    public let lowest: Double

    func lowered(to value: Double) -> Episode {
      Episode(
        collapseStep: collapseStep, recoveryStep: nil, reference: reference,
        lowest: min(lowest, value))
    }

    func ended(at step: Int) -> Episode {
      Episode(
        collapseStep: collapseStep, recoveryStep: step, reference: reference, lowest: lowest)
    }
  }

  public let outcome: Outcome
  /// The average of the first window; nil for a curve that is too short.
  public let start: Double?
  /// The highest average; nil for a curve that is too short.
  public let best: Double?
  /// All episodes in order; only the last can be without a recovery.
  public let episodes: [Episode]

  /// The start of the collapse that lasted to the end; if there is none, of the first collapse that was
  /// recovered from; nil without either.
  public var collapseStep: Int? {
    switch outcome {
    case .collapsed: episodes.last?.collapseStep
    case .recovered: episodes.first?.collapseStep
    case .steady, .tooShort: nil
    }
  }

  /// The end of the last episode; nil unless the curve recovered.
  public var recoveryStep: Int? {
    outcome == .recovered ? episodes.last?.recoveryStep : nil
  }
}

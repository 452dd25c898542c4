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
    /// The step from which the values were below the bound.
    public let collapseStep: Int
    /// The first later step whose average is not; nil if there is none.
    public let recoveryStep: Int?
    /// What the curve fell from: the larger of the average at the start and the best before, or its first value.
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

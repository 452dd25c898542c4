import Spectra

/// When a run was below its bound, with the end of a run that failed counted as a fall.
struct CollapseRecord: Equatable {
  /// Whether the run is lost at its end.
  let isCollapsed: Bool
  /// Where the fall began that lasted to the end, as its detector says. For a run that stopped early, the
  /// last step that it logged, unless it had fallen before; nil for runs that are not lost.
  let collapseStep: Int?
  /// Falls with the step at which the reward itself was below the bound, and that of the recovery.
  private let falls: [Fall]

  private struct Fall: Equatable {
    let onset: Int
    let recovery: Int?
  }

  init(_ run: StudyRun) {
    let finding = run.collapse
    let reward = (run.curves["reward"] ?? []).filter(\.value.isFinite)
    falls = finding.episodes.map {
      Fall(onset: Self.onset(of: $0, in: reward), recovery: $0.recoveryStep)
    }
    isCollapsed = run.failure != nil || finding.outcome == .collapsed
    if finding.outcome == .collapsed {
      collapseStep = finding.collapseStep
    } else if run.failure != nil {
      collapseStep = max(
        run.curves["reward"]?.last?.step ?? 0, run.steps.last?.step ?? 0)
    } else {
      collapseStep = nil
    }
  }

  /// Whether the run's reward was below its bound at a step, or the run had ended: nothing is left to warn
  /// of.
  ///
  /// A run that is below and comes back later is down; one that fell and came back before is not.
  func isDown(at step: Int) -> Bool {
    if let collapseStep, collapseStep <= step { return true }
    return falls.contains { fall in
      fall.onset <= step && (fall.recovery.map { $0 > step } ?? true)
    }
  }

  /// The first of the unbroken rewards below the bound that end where the average fell below it.
  ///
  /// The average of five says it up to four steps late, and never before the sixth: by it no run would be
  /// down at 2 and 5 % of a hundred steps, and what is plain to see would count as a warning.
  private static func onset(
    of episode: CollapseFinding.Episode, in reward: [CurvePoint]
  ) -> Int {
    let bound = CollapseDetector().fraction * episode.reference
    return reward.reversed().drop { $0.step > episode.collapseStep }
      .prefix { $0.value < bound }.last?.step ?? episode.collapseStep
  }
}

extension StudyRun {
  /// Where the fall began that lasted to the end; for a run that stopped early without one, the last step
  /// that it logged; nil for runs that are not lost.
  ///
  /// Unlike `collapse.collapseStep` it is nil for a run that came back. O(steps).
  public var lossStep: Int? { CollapseRecord(self).collapseStep }
}

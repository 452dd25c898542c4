import Diagnosis
import Spectra

/// When a run was below its bound. The end of a failed run counts as a fall.
struct CollapseRecord: Equatable {
  /// Whether the run is lost at its end.
  let isCollapsed: Bool
  /// Where the fall that lasted to the end began, as the detector says. For a run that stopped early and had
  /// not fallen before, the last step that it logged. Nil for runs that are not lost.
  let collapseStep: Int?
  /// Each fall: the step at which the reward itself went below the bound, and the step of the recovery.
  private let falls: [Fall]

  private struct Fall: Equatable {
    let onset: Int
    let recovery: Int?
  }

  init(_ run: StudyRun) {
    let finding = run.collapse
    let reward = (run.curves["reward"] ?? []).filter(\.value.isFinite)
    // The average over five steps shows a fall up to four steps late, and never before the sixth step. With it no run would
    // be down at 2 and 5 % of a hundred steps, and a fall that is plain to see would count as a warning.
    falls = finding.episodes.map { episode in
      let bound = CollapseDetector().fraction * episode.reference
      return Fall(
        onset: reward.onset(below: bound, upTo: episode.collapseStep) ?? episode.collapseStep,
        recovery: episode.recoveryStep)
    }
    isCollapsed = run.isCollapsed
    if finding.outcome == .collapsed {
      collapseStep = finding.collapseStep
    } else if run.failure != nil {
      collapseStep = max(
        run.curves["reward"]?.last?.step ?? 0, run.steps.last?.step ?? 0)
    } else {
      collapseStep = nil
    }
  }

  /// Whether the run's reward was below its bound at a step, or the run had ended: there is nothing left to
  /// warn of.
  ///
  /// A run that is below the bound at the step is down, even if it comes back later. A run that came back
  /// before the step is not down.
  func isDown(at step: Int) -> Bool {
    if let collapseStep, collapseStep <= step { return true }
    return falls.contains { fall in
      fall.onset <= step && (fall.recovery.map { $0 > step } ?? true)
    }
  }
}

extension StudyRun {
  /// Where the fall that lasted to the end began; for a run that stopped early without one, the last step
  /// that it logged; nil for runs that are not lost.
  ///
  /// Unlike `collapse.collapseStep` it is nil for a run that came back. O(steps).
  package var lossStep: Int? { CollapseRecord(self).collapseStep }
}

import Diagnosis
import Spectra

/// When a run was below its bound. The end of a failed run counts as a fall.
struct CollapseRecord: Equatable {
  /// Whether the run is lost at its end.
  let isCollapsed: Bool
  /// Where the fall that lasted to the end began, as the detector says, or the rules, of a run that was made elsewhere. For
  /// a run that stopped early and had not fallen before, the last step that it logged. Nil for runs that are not lost.
  let collapseStep: Int?
  /// Each fall, from its step to that of the recovery.
  private let falls: [CollapseFinding.Episode]

  init(_ run: StudyRun) {
    let finding = run.collapse
    falls = finding.episodes
    isCollapsed = run.isCollapsed
    if let status = run.status {
      collapseStep = status >= .diverged ? run.statusStep : nil
    } else if finding.outcome == .collapsed {
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
      fall.collapseStep <= step && (fall.recoveryStep.map { $0 > step } ?? true)
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

import Spectra

/// When a run was below its bound, with the end of a run that failed counted as a fall.
struct CollapseRecord: Equatable {
  /// Whether the run is lost at its end.
  let isCollapsed: Bool
  /// Where the fall began that lasted to the end. For a run that stopped early, the last step that it
  /// logged, unless it had fallen before; nil for runs that are not lost.
  let collapseStep: Int?
  private let episodes: [CollapseFinding.Episode]

  init(_ run: StudyRun) {
    let finding = run.collapse
    episodes = finding.episodes
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

  /// Whether the run was below its bound at a step, or had ended: nothing is left to warn of.
  ///
  /// Only what is known at that step counts; a run that is below and comes back later is down, one that fell
  /// and came back before is not.
  func isDown(at step: Int) -> Bool {
    if let collapseStep, collapseStep <= step { return true }
    return episodes.contains { episode in
      episode.collapseStep <= step && (episode.recoveryStep.map { $0 > step } ?? true)
    }
  }
}

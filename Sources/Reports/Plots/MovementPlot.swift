import Diagnosis
import Spectra

/// The outcome of training beside what moves in the weights: update size, principal angles and spectral shift.
enum MovementPlot: Plot {
  static let name = "movement"
  static let summary = "Outcome, update size, principal angles and spectral shift over steps"
  static let caption = """
    The logged curve that says how a run went, above medians over all matrices. Size and spectral shift early in \
    training, beside runs at other rates, show a rate that is too high; angles alone do not tell who collapses, \
    because healthy runs may turn the leading subspace far. Logarithmic axes show four decades: smaller values are \
    rounding.
    """

  static func figures(of analysis: Analysis, width: Double) -> [Figure] {
    let runs = analysis.shownRuns
    let panels =
      outcomes(of: runs) + [
        StepPanel(
          title: "size of the update", unit: "‖ΔW‖ / ‖W‖", kind: .logarithmic,
          series: runs.map { $0.series(RelativeUpdateNorm.name) }),
        StepPanel(
          title: "largest principal angle, input side", unit: "degrees", kind: .logarithmic,
          limit: 90, series: runs.map { $0.series(PrincipalAngleRightMax.name) }),
        StepPanel(
          title: "normalised spectral shift", unit: "‖Δσ‖ / ‖σ‖", kind: .logarithmic,
          series: runs.map { $0.series(NormalizedSpectralShift.name) }),
      ]
    let title = "What moved, and when"
    return StepPanel.draw(
      panels, of: analysis, width: width, title: title,
      subtitle: "The outcome as logged; the rest are medians over matrices at each checkpoint"
    ).map { [Figure(name: name, title: title, caption: caption, picture: $0)] } ?? []
  }

  /// A panel for each quantity that runs are judged by: rewards and losses have no axis in common.
  private static func outcomes(of runs: [RunAnalysis]) -> [StepPanel] {
    Set(runs.compactMap { $0.shownCurve?.title }).sorted().map { title in
      StepPanel(
        title: title, unit: title, kind: .linear,
        series: runs.map { run in
          run.shownCurve.flatMap { $0.title == title ? run.curve($0.name) : nil }
            ?? .init(points: [])
        })
    }
  }
}

extension RunAnalysis {
  /// The curve that says how the run went and what it is called; without an outcome its reward or its loss.
  var shownCurve: (name: String, title: String)? {
    if let outcome = verdict.outcome { return (outcome.curveName, outcome.quantity.title) }
    return ["reward", "eval_loss", "loss"].first { curves[$0] != nil }.map { ($0, $0) }
  }
}

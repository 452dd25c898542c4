import Diagnosis
import Spectra

/// Reward beside what moves in the weights: update size, principal angles and spectral shift.
enum MovementPlot: Plot {
  static let name = "movement"
  static let summary = "Reward, update size, principal angles and spectral shift over steps"
  static let caption = """
    The reward that the trainer logged, above medians over all matrices. Training that keeps the base's \
    spectrum has small angles and a small shift while the reward rises; a reward that falls while the \
    angles jump is the signature of a collapse.
    """

  static func figures(of analysis: Analysis) -> [Figure] {
    let runs = analysis.shownRuns
    let panels = [
      StepPanel(
        title: "reward", unit: "reward", kind: .linear, series: runs.map { $0.curve("reward") }),
      StepPanel(
        title: "size of the update", unit: "‖ΔW‖ / ‖W‖", kind: .logarithmic,
        series: runs.map { $0.series(RelativeUpdateNorm.name) }),
      StepPanel(
        title: "largest principal angle, input side", unit: "degrees", kind: .logarithmic,
        series: runs.map { $0.series(PrincipalAngleRightMax.name) }),
      StepPanel(
        title: "normalised spectral shift", unit: "‖Δσ‖ / ‖σ‖", kind: .logarithmic,
        series: runs.map { $0.series(NormalizedSpectralShift.name) }),
    ]
    let title = "What moved, and when"
    return StepPanel.draw(
      panels, runs: runs, title: title,
      subtitle: "Reward as logged; the rest are medians over matrices at each checkpoint"
    ).map { [Figure(name: name, title: title, caption: caption, svg: $0)] } ?? []
  }
}

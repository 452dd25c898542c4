import Diagnosis
import LinearAlgebra
import Spectra

/// How many directions the update uses over steps: stable and effective rank.
enum RanksPlot: Plot {
  static let name = "ranks"
  static let summary = "Stable and effective rank of the update over steps"
  static let caption = """
    The stable rank counts directions against the largest one, the effective rank counts all. Lines are medians over matrices, bands reach from the first to the third quartile.
    """

  static func figures(of analysis: Analysis, width: Double) -> [Figure] {
    let runs = analysis.shownRuns
    let title = "How many directions the update uses"
    let panels = [("stable rank", StableRank.name), ("effective rank", EffectiveRank.name)].map {
      label, metric in
      StepPanel(
        title: label, unit: "directions", kind: .linear,
        series: runs.map { series(of: $0, metric, analysis) })
    }
    return StepPanel.draw(
      panels, of: analysis, width: width, title: title,
      subtitle: "Median over matrices, with quartiles"
    ).map { [Figure(name: name, title: title, caption: caption, picture: $0)] } ?? []
  }

  private static func series(
    of run: RunAnalysis, _ metric: String, _ analysis: Analysis
  ) -> StepPanel.Series {
    let modules = Dictionary(
      grouping: analysis.modules.filter { $0.identity.run == run.name }, by: \.identity.step)
    var series = run.series(metric)
    series.band = series.points.compactMap { point in
      let values = (modules[point.step] ?? []).compactMap { $0.metrics[metric] }
      guard let low = SampleQuantile.value(at: 0.25, of: values),
        let high = SampleQuantile.value(at: 0.75, of: values)
      else { return nil }
      return (point.step, low, high)
    }
    return series
  }
}

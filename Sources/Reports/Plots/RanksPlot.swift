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

  static func figures(of analysis: Analysis, width: Double) throws -> [Figure] {
    let runs = analysis.shownRuns
    let title = "How many directions the update uses"
    let metrics = [("stable rank", StableRank.name), ("effective rank", EffectiveRank.name)]
    let bands = try runs.map { try quartiles(of: metrics.map(\.1), $0, analysis) }
    let panels = metrics.enumerated().map { index, metric in
      StepPanel(
        title: metric.0, unit: "directions", kind: .linear,
        series: zip(runs, bands).map { run, bands in
          var series = run.series(metric.1)
          series.band = bands[index]
          return series
        })
    }
    return StepPanel.draw(
      panels, of: analysis, width: width, title: title,
      subtitle: "Median over matrices, with quartiles"
    ).map { [Figure(name: name, title: title, caption: caption, picture: $0)] } ?? []
  }

  /// For each metric, the quartiles over the matrices of each step.
  private static func quartiles(
    of metrics: [String], _ run: RunAnalysis, _ analysis: Analysis
  ) throws -> [[(step: Int, low: Double, high: Double)]] {
    var bands = [[(step: Int, low: Double, high: Double)]](repeating: [], count: metrics.count)
    for (step, results) in analysis.modules.of(run: run.name).steps {
      var values = [[Double]](repeating: [], count: metrics.count)
      try results.forEach { module in
        for (index, metric) in metrics.enumerated() {
          if let value = module.metrics[metric] { values[index].append(value) }
        }
      }
      for index in metrics.indices {
        guard let low = SampleQuantile.value(at: 0.25, of: values[index]),
          let high = SampleQuantile.value(at: 0.75, of: values[index])
        else { continue }
        bands[index].append((step, low, high))
      }
    }
    return bands
  }
}

import Diagnosis
import Spectra

/// A curve over steps for each run, in one panel of a stack that shares the step axis.
struct StepPanel {
  struct Series {
    let points: [(step: Int, value: Double)]
    /// The quartiles over modules at each step, if they are shown.
    var band: [(step: Int, low: Double, high: Double)] = []
  }

  let title: String
  let unit: String
  let kind: Scale.Kind
  /// One for each run, in the order of the legend; empty for a run without data.
  let series: [Series]

  var hasData: Bool { series.contains { !$0.points.isEmpty } }

  /// Draws panels with data, one below the other.
  static func draw(
    _ panels: [StepPanel], runs: [RunAnalysis], title: String, subtitle: String
  ) -> Picture? {
    let shown = panels.filter(\.hasData)
    let steps = shown.flatMap { $0.series.flatMap { $0.points.map { Double($0.step) } } }
    // A single step makes no curve; its numbers are in the tables.
    guard Set(steps).count > 1, let x = Scale(.linear, over: steps, padding: 0.02) else {
      return nil
    }
    var grid = PanelGrid(
      count: shown.count, columns: 1, panelHeight: 150,
      legend: Legend(
        items: runs.enumerated().map { .init(label: $1.label, style: seriesStyle($0).line) }),
      title: title, subtitle: subtitle)
    grid.rowGap = 44
    var picture = grid.picture()
    for (index, panel) in shown.enumerated() {
      let values = panel.series.flatMap { series in
        series.points.map(\.value) + series.band.flatMap { [$0.low, $0.high] }
      }
      guard
        let y = Scale(panel.kind, over: values)
          ?? Scale(.linear, over: values, zero: true)
      else { continue }
      let axes = Axes(frame: grid.frame(index), x: x, y: y)
      axes.draw(
        in: &picture, title: panel.title, xTitle: index == shown.count - 1 ? "training step" : nil,
        yTitle: panel.unit, wholeSteps: true)
      for (number, series) in panel.series.enumerated() {
        let style = seriesStyle(number)
        picture.polygon(
          series.band.map { axes.point(Double($0.step), $0.high) }
            + series.band.reversed().map { axes.point(Double($0.step), $0.low) }, style.fill)
        let points = series.points.map { axes.point(Double($0.step), $0.value) }
        picture.polyline(points, style.line)
        if points.count <= 12 {
          for point in points { picture.circle(point.x, point.y, radius: 2.6, style.fill) }
        }
      }
    }
    return picture
  }
}

extension RunAnalysis {
  /// The median of a metric over steps.
  func series(_ metric: String) -> StepPanel.Series {
    StepPanel.Series(
      points: steps.compactMap { step in step.medians[metric].map { (step.step, $0) } })
  }

  /// A logged curve, thinned to what a picture can show.
  func curve(_ name: String) -> StepPanel.Series {
    let points = curves[name] ?? []
    let stride = max(1, points.count / 400)
    return StepPanel.Series(
      points: points.indices.filter { $0 % stride == 0 || $0 == points.count - 1 }.map {
        (points[$0].step, points[$0].value)
      })
  }
}

import Diagnosis
import Spectra

/// A curve over steps for each run, in one of several panels with the same step axis.
struct StepPanel {
  struct Series {
    let points: [(step: Int, value: Double)]
    /// The quartiles over modules at each step, if they are shown.
    var band: [(step: Int, low: Double, high: Double)] = []
  }

  let title: String
  let unit: String
  let kind: Scale.Kind
  /// The largest value that there can be, such as 90 degrees.
  var limit: Double?
  /// One for each run, in the order of the legend; empty for a run without data.
  let series: [Series]

  var hasData: Bool { series.contains { !$0.points.isEmpty } }

  /// The decades that a logarithmic axis shows: what is smaller is a zero that was rounded.
  private static let decades = 4.0

  /// Draws panels with data, two side by side.
  static func draw(
    _ panels: [StepPanel], of analysis: Analysis, width: Double, title: String, subtitle: String
  ) -> Picture? {
    let shown = panels.filter(\.hasData)
    let steps = shown.flatMap { $0.series.flatMap { $0.points.map { Double($0.step) } } }
    // A single step makes no curve; its numbers are in the tables.
    guard Set(steps).count > 1, let x = Scale(.linear, over: steps, padding: 0.02) else {
      return nil
    }
    let styles = analysis.runStyles
    let labels = analysis.shownRuns.map(\.label)
    let grid = PanelGrid(
      count: shown.count, columns: PanelGrid.columns(2, width: width), width: width,
      panelHeight: 160, rowGap: 58,
      legend: Legend(
        items: zip(labels, styles).map { .init(label: $0, style: $1.line, mark: $1) }),
      title: title, subtitle: subtitle)
    var picture = grid.picture()
    for (index, panel) in shown.enumerated() {
      guard let y = panel.scale else { continue }
      let axes = Axes(frame: grid.frame(index), x: x, y: y)
      axes.draw(
        in: &picture, title: panel.title,
        xTitle: grid.isLowest(index) ? "training step" : nil, yTitle: panel.unit,
        wholeSteps: true)
      for (series, (style, label)) in zip(panel.series, zip(styles, labels)) {
        draw(series, axes, style, label, in: &picture)
      }
    }
    return picture
  }

  private var scale: Scale? {
    let values = series.flatMap { series in
      series.points.map(\.value) + series.band.flatMap { [$0.low, $0.high] }
    }
    let found =
      Scale(kind, over: values, decades: Self.decades) ?? Scale(.linear, over: values, zero: true)
    guard let found, let limit, found.upper > limit else { return found }
    return Scale(kind: found.kind, lower: min(found.lower, limit / 2), upper: limit)
  }

  private static func draw(
    _ series: Series, _ axes: Axes, _ style: SeriesStyle, _ label: String,
    in picture: inout Picture
  ) {
    picture.polygon(
      series.band.map { axes.point(Double($0.step), $0.high) }
        + series.band.reversed().map { axes.point(Double($0.step), $0.low) },
      "area \(style.fill)")
    let shown = series.points.filter { axes.y.kind == .linear || $0.value >= axes.y.lower }
    let points = shown.map { axes.point(Double($0.step), $0.value) }
    picture.polyline(points, style.line, name: label)
    if points.count <= 12 { for point in points { picture.marker(point, style) } }
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
    return StepPanel.Series(
      points: points.thinned(to: 400).map { (step: $0.step, value: $0.value) })
  }
}

extension Array {
  /// At most about this many of the elements, evenly spread, with the first and the last.
  func thinned(to count: Int) -> [Element] {
    guard self.count > count, count > 1 else { return self }
    return (0..<count).map { self[$0 * (self.count - 1) / (count - 1)] }
  }
}

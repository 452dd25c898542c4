import Studies

/// Equal panels, one for each arm, with the same axes: lines with bands, the baseline in grey behind each.
struct SmallMultiples {
  /// A line, with its uncertainty.
  struct Line {
    /// Ascending in x; with the ends of the interval if there is one.
    var points: [(x: Double, y: Double, low: Double?, high: Double?)]
    var style: SeriesStyle
    /// What it is called beside the pointer.
    var name: String
    /// Whether each point is marked.
    var isMarked = false
    /// The indices of the shown points that are drawn hollow, because training is lost there.
    var hollow: Set<Int> = []
  }

  struct Panel {
    let title: String
    /// From back to front.
    let lines: [Line]
  }

  let panels: [Panel]
  /// Of the picture.
  let width: Double
  /// The most panels side by side on a wide picture.
  var columns = 3
  var panelHeight = 108.0
  let xKind: Scale.Kind
  let yKind: Scale.Kind
  let xTitle: String
  let yTitle: String
  /// Nil for round numbers.
  var xTicks: [Scale.Tick]?
  /// The limits of the vertical axis; nil for those of the data.
  var yLimits: ClosedRange<Double>?
  /// Which values there can be: neither the axis nor a band reaches further.
  var yRange: SystemDescription.Measure.Range?
  /// A value at which a line is drawn across each panel.
  var reference: Double?
  var referenceName: String?
  let legend: [Legend.Item]

  /// The picture; nil if there is nothing to show.
  func draw(title: String, subtitle: String) -> Picture? {
    let points = panels.flatMap { $0.lines.flatMap(\.points) }
    let heights = points.flatMap { [$0.y, $0.low ?? $0.y, $0.high ?? $0.y] }
    let found = Scale(yKind, over: heights + (reference.map { [$0] } ?? []), decades: 5)?
      .bounded(lowest: yRange?.lowest, highest: yRange?.highest)
    let fixed = yLimits.map {
      Scale(kind: yKind, lower: $0.lowerBound, upper: $0.upperBound)
    }
    guard let x = Scale(xKind, over: points.map(\.x), padding: 0.06), let y = fixed ?? found else {
      return nil
    }
    let grid = PanelGrid(
      count: panels.count, columns: PanelGrid.columns(columns, width: width), width: width,
      panelHeight: panelHeight, rowGap: 58,
      legend: Legend(items: legend), title: title, subtitle: subtitle)
    var picture = grid.picture()
    // Half of a step is no place.
    let isOfCounts = xKind == .linear && points.allSatisfy { $0.x == $0.x.rounded() }
    for (index, panel) in panels.enumerated() {
      let axes = Axes(frame: grid.frame(index), x: x, y: y)
      axes.draw(
        in: &picture, title: panel.title, xTitle: grid.isLowest(index) ? xTitle : nil,
        yTitle: grid.isFirst(index) ? yTitle : nil, xTicks: xTicks,
        wholeSteps: isOfCounts)
      if let reference {
        picture.polyline(
          [axes.point(x.lower, reference), axes.point(x.upper, reference)], "neutral dash1",
          name: referenceName)
      }
      for line in panel.lines { Self.draw(line, axes, &picture) }
    }
    return picture
  }

  private static func draw(_ line: Line, _ axes: Axes, _ picture: inout Picture) {
    let shown = line.points.filter { $0.y.isFinite && (axes.y.kind == .linear || $0.y > 0) }
    let band = shown.filter { $0.low != nil && $0.high != nil }
    picture.polygon(
      band.map { axes.point($0.x, $0.high ?? $0.y) }
        + band.reversed().map { axes.point($0.x, $0.low ?? $0.y) }, "area \(line.style.fill)")
    picture.polyline(shown.map { axes.point($0.x, $0.y) }, line.style.line, name: line.name)
    guard line.isMarked else { return }
    for (index, point) in shown.enumerated() {
      let isHollow = line.hollow.contains(index)
      picture.marker(
        axes.point(point.x, point.y), line.style, radius: isHollow ? 4 : 2.8, isHollow: isHollow)
    }
  }
}

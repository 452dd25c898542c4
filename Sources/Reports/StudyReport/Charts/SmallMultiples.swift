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
    /// What is written at its end.
    var label: String?
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
    let grid = PanelGrid(
      count: panels.count, columns: PanelGrid.columns(columns, width: width), width: width,
      panelHeight: panelHeight, rowGap: 58,
      legend: Legend(items: legend), title: title, subtitle: subtitle)
    guard let x = scale(over: points.map(\.x), in: grid), let y = fixed ?? found else { return nil }
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
      Self.drawLabels(panel.lines, axes, &picture)
    }
    return picture
  }

  /// The horizontal scale, with room behind the last point for what is written there.
  private func scale(over values: [Double], in grid: PanelGrid) -> Scale? {
    let labels = panels.flatMap { $0.lines.compactMap(\.label) }
    guard let widest = labels.map({ $0.width(fontSize: 11) }).max(), let least = values.min(),
      let most = values.max(), !panels.isEmpty
    else { return Scale(xKind, over: values, padding: 0.06) }
    let room = min(0.4, (widest + 8) / grid.frame(0).width)
    return Scale(xKind, over: values + [most + (most - least) * room / (1 - room)], padding: 0)
  }

  /// Writes labels at the ends of lines, moved apart where they would overlap.
  private static func drawLabels(_ lines: [Line], _ axes: Axes, _ picture: inout Picture) {
    let spacing = 11.0
    var labels = lines.compactMap { line -> (text: String, place: (x: Double, y: Double))? in
      guard let label = line.label, let end = line.points.last(where: { axes.shows($0.y) }) else {
        return nil
      }
      return (label, axes.point(end.x, end.y))
    }.sorted { $0.place.y < $1.place.y }
    for index in labels.indices.dropFirst() {
      labels[index].place.y = max(labels[index].place.y, labels[index - 1].place.y + spacing)
    }
    let excess = (labels.last?.place.y ?? 0) - axes.frame.bottom
    for label in labels {
      picture.text(
        label.text, label.place.x + 4, label.place.y - max(0, excess) + 4, .start, "muted small")
    }
  }

  private static func draw(_ line: Line, _ axes: Axes, _ picture: inout Picture) {
    let shown = line.points.filter { axes.shows($0.y) }
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

extension Axes {
  /// Whether a value has a place on the vertical axis.
  fileprivate func shows(_ value: Double) -> Bool {
    value.isFinite && (y.kind == .linear || value > 0)
  }
}

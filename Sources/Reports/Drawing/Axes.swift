/// A pair of scales in a frame, with ticks, grid and titles drawn around it.
struct Axes {
  let frame: Frame
  let x: Scale
  let y: Scale

  /// The room that tick labels and titles take around a frame.
  static let leftMargin = 62.0, bottomMargin = 42.0

  func point(_ xValue: Double, _ yValue: Double) -> (x: Double, y: Double) {
    (frame.x + x.share(xValue) * frame.width, frame.bottom - y.share(yValue) * frame.height)
  }

  /// Draws a frame whose horizontal axis has categories; the caller writes their names.
  func draw(in svg: inout SVG, title: String, yTitle: String) {
    let ticks = drawLevels(in: &svg, title: title)
    svg.line(frame.x, frame.bottom, frame.right, frame.bottom, "axis")
    write(yTitle, besides: ticks, in: &svg)
  }

  /// Draws grid, ticks and titles.
  /// - Parameters:
  ///   - xTitle: With its unit; none where a panel below shows the same axis.
  ///   - showsX: Whether the labels of the horizontal axis are drawn.
  func draw(
    in svg: inout SVG, title: String, xTitle: String?, yTitle: String?, showsX: Bool = true,
    wholeSteps: Bool = false
  ) {
    let levels = drawLevels(in: &svg, title: title)
    var free = -Double.infinity
    for tick in x.ticks(max(3, Int(frame.width / 70))) {
      if wholeSteps, tick.value != tick.value.rounded() { continue }
      let place = point(tick.value, y.lower).x
      svg.line(place, frame.y, place, frame.bottom, "gridline")
      let half = tick.label.width() / 2
      if showsX, place - half > free {
        svg.text(tick.label, place, frame.bottom + 16, .middle, "muted")
        free = place + half + 6
      }
    }
    svg.line(frame.x, frame.bottom, frame.right, frame.bottom, "axis")
    if let xTitle {
      svg.text(xTitle, frame.x + frame.width / 2, frame.bottom + 34, .middle, "muted")
    }
    if let yTitle { write(yTitle, besides: levels, in: &svg) }
  }

  /// Draws the title of the panel, and the lines and labels of the vertical axis, whose ticks it returns.
  private func drawLevels(in svg: inout SVG, title: String) -> [Scale.Tick] {
    svg.text(
      title.shortened(to: frame.width, fontSize: 12.5), frame.x, frame.y - 8, .start, "panel")
    let ticks = y.ticks(max(2, Int(frame.height / 36)))
    for tick in ticks {
      let place = point(x.lower, tick.value).y
      svg.line(frame.x, place, frame.right, place, "gridline")
      svg.text(tick.label, frame.x - 7, place + 4, .end, "muted")
    }
    return ticks
  }

  /// Writes the title of the vertical axis.
  private func write(_ yTitle: String, besides ticks: [Scale.Tick], in svg: inout SVG) {
    // About six pixels a character: this keeps the title clear of the longest label.
    let labels = ticks.map(\.label.count).max() ?? 0
    svg.text(
      yTitle, frame.x - max(48, Double(6 * labels + 20)), frame.y + frame.height / 2, .middle,
      "muted", rotated: true)
  }
}

/// The key to a picture's lines, in rows above its panels.
struct Legend {
  struct Item {
    let label: String
    /// The classes of its line, or a colour of its own.
    var style = ""
    var color: String?
  }

  let items: [Item]
  private static let lineWidth = 22.0, gap = 18.0, rowHeight = 18.0

  /// The items, broken into rows that fit the width.
  private func rows(width: Double) -> [[Item]] {
    var rows: [[Item]] = [[]]
    var used = 0.0
    for item in items {
      let needed = Self.lineWidth + 6 + item.label.width() + Self.gap
      if used + needed > width, !rows[rows.count - 1].isEmpty {
        rows.append([])
        used = 0
      }
      rows[rows.count - 1].append(item)
      used += needed
    }
    return rows
  }

  func height(width: Double) -> Double {
    items.isEmpty ? 0 : Double(rows(width: width).count) * Self.rowHeight
  }

  func draw(in svg: inout SVG, x: Double, y: Double, width: Double) {
    for (index, row) in rows(width: width).enumerated() {
      var left = x
      let middle = y + Double(index) * Self.rowHeight + Self.rowHeight / 2
      for item in row {
        svg.polyline(
          [(left, middle), (left + Self.lineWidth, middle)], item.style, color: item.color)
        let label = item.label.shortened(to: width - Self.lineWidth - 6)
        svg.text(label, left + Self.lineWidth + 6, middle + 4)
        left += Self.lineWidth + 6 + item.label.width() + Self.gap
      }
    }
  }
}

/// A picture of equal panels in a grid, with title and legend above.
struct PanelGrid {
  let count: Int
  let columns: Int
  let panelHeight: Double
  let legend: Legend
  let title: String
  let subtitle: String
  /// The space between rows, in pixels: room for the ticks and the title of a row's horizontal axis.
  var rowGap = 64.0
  /// The room for names below the panels, in pixels, beyond that for numbers.
  var labelHeight = 0.0

  static let width = 960.0
  private static let margin = 18.0

  private var rows: Int { (count + columns - 1) / columns }
  private var headHeight: Double {
    62 + legend.height(width: Self.width - 2 * Self.margin) + 22
  }

  var height: Double {
    headHeight + Double(rows) * panelHeight + Double(rows - 1) * rowGap + Axes.bottomMargin + 6
      + labelHeight
  }

  /// The picture with title and legend, still without panels.
  func picture() -> SVG {
    var svg = SVG(width: Self.width, height: height, title: title, summary: subtitle)
    svg.text(
      title.shortened(to: Self.width - 2 * Self.margin, fontSize: 15), Self.margin, 26, .start,
      "title")
    svg.text(
      subtitle.shortened(to: Self.width - 2 * Self.margin), Self.margin, 45, .start,
      "subtitle muted")
    legend.draw(in: &svg, x: Self.margin, y: 56, width: Self.width - 2 * Self.margin)
    return svg
  }

  /// The frame for the data of a panel.
  func frame(_ index: Int) -> Frame {
    let (row, column) = index.quotientAndRemainder(dividingBy: columns)
    let slot = (Self.width - 2 * Self.margin) / Double(columns)
    return Frame(
      x: Self.margin + Double(column) * slot + Axes.leftMargin,
      y: headHeight + Double(row) * (panelHeight + rowGap),
      width: slot - Axes.leftMargin - 14, height: panelHeight)
  }
}

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

  /// Draws grid, ticks and titles.
  /// - Parameters:
  ///   - xTitle: With its unit; none where a panel below shows the same axis.
  ///   - xTicks: Ticks, ascending; nil for round numbers. So for `yTicks`.
  ///   - wholeSteps: Whether only whole numbers have a tick.
  func draw(
    in picture: inout Picture, title: String, xTitle: String?, yTitle: String?,
    xTicks: [Scale.Tick]? = nil, yTicks: [Scale.Tick]? = nil, wholeSteps: Bool = false
  ) {
    picture.axes(frame, x: x, y: y)
    picture.text(
      title.shortened(to: frame.width, fontSize: 12.5), frame.x, frame.y - 8, .start, "panel")
    let ticks = (yTicks ?? y.ticks(max(2, Int(frame.height / 36)))).filter {
      (y.lower...y.upper).contains($0.value)
    }
    for tick in ticks {
      let place = point(x.lower, tick.value).y
      picture.line(frame.x, place, frame.right, place, "gridline")
      picture.text(tick.label, frame.x - 7, place + 4, .end, "muted")
    }
    drawHorizontalTicks(
      in: &picture,
      (xTicks ?? x.ticks(max(3, Int(frame.width / 56)))).filter {
        (x.lower...x.upper).contains($0.value) && (!wholeSteps || $0.value == $0.value.rounded())
      })
    picture.line(frame.x, frame.bottom, frame.right, frame.bottom, "axis")
    if let xTitle {
      picture.text(
        xTitle.shortened(to: frame.width + Self.leftMargin + 8), frame.x + frame.width / 2,
        frame.bottom + 34, .middle, "muted")
    }
    if let yTitle {
      // About six pixels a character: this keeps the title clear of the longest label.
      let labels = ticks.map(\.label.count).max() ?? 0
      picture.text(
        yTitle.shortened(to: frame.height + 40), frame.x - max(48, Double(6 * labels + 20)),
        frame.y + frame.height / 2, .middle, "muted", rotated: true)
    }
  }

  /// The first and the last tick have a label; of the others those with room for one.
  private func drawHorizontalTicks(in picture: inout Picture, _ ticks: [Scale.Tick]) {
    func extent(_ tick: Scale.Tick) -> ClosedRange<Double> {
      let place = point(tick.value, y.lower).x
      let half = tick.label.width(fontSize: 11) / 2
      return place - half - 3...place + half + 3
    }
    var taken: [ClosedRange<Double>] = []
    for tick in [ticks.first, ticks.last].compactMap({ $0 }) + ticks.dropFirst().dropLast() {
      let place = point(tick.value, y.lower).x
      if !taken.contains(where: { $0.overlaps(extent(tick)) }) {
        picture.line(place, frame.y, place, frame.bottom, "gridline")
        picture.text(tick.label, place, frame.bottom + 16, .middle, "muted")
        taken.append(extent(tick))
      }
    }
  }
}

/// The key to a picture's lines, in rows above its panels.
struct Legend {
  struct Item {
    let label: String
    /// The classes of its line, or a colour of its own.
    var style = ""
    var color: String?
    /// The mark on its line; without a line, the mark alone.
    var mark: SeriesStyle?
    var isHollow = false
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

  func draw(in picture: inout Picture, x: Double, y: Double, width: Double) {
    for (index, row) in rows(width: width).enumerated() {
      var left = x
      let middle = y + Double(index) * Self.rowHeight + Self.rowHeight / 2
      for item in row {
        if !item.style.isEmpty || item.color != nil {
          picture.polyline(
            [(left, middle), (left + Self.lineWidth, middle)], item.style, color: item.color)
        }
        if let mark = item.mark {
          picture.marker(
            (left + Self.lineWidth / 2, middle), mark, isHollow: item.isHollow)
        }
        let label = item.label.shortened(to: width - Self.lineWidth - 6)
        picture.text(label, left + Self.lineWidth + 6, middle + 4)
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
  let rowGap: Double
  /// The room for names below the panels, in pixels, beyond that for numbers.
  let labelHeight: Double

  private let rows: Int
  private let width: Double

  /// - Parameters:
  ///   - columns: The most panels side by side.
  ///   - width: Of the picture.
  init(
    count: Int, columns: Int, width: Double, panelHeight: Double, rowGap: Double = 64,
    labelHeight: Double = 0,
    legend: Legend, title: String, subtitle: String
  ) {
    self.count = count
    self.width = width
    // Four are shown as two and two, not as three and one.
    rows = max(1, (count + columns - 1) / columns)
    self.columns = (count + rows - 1) / rows
    self.panelHeight = panelHeight
    self.rowGap = rowGap
    self.labelHeight = labelHeight
    self.legend = legend
    self.title = title
    self.subtitle = subtitle
  }

  /// How many of so many panels side by side there are on a picture of this width: three become two, two become one.
  static func columns(_ most: Int, width: Double) -> Int {
    min(most, max(1, Int(1.25 * width / Medium.screen.width * Double(most))))
  }

  private static let margin = Picture.margin
  private var legendWidth: Double { width - 2 * Self.margin }
  private var headHeight: Double {
    Picture.headHeight + 10 + legend.height(width: legendWidth) + 22
  }

  private var height: Double {
    headHeight + Double(rows) * panelHeight + Double(rows - 1) * rowGap + Axes.bottomMargin + 6
      + labelHeight
  }

  /// The picture with title and legend, still without panels.
  func picture() -> Picture {
    var picture = Picture(width: width, height: height, title: title, subtitle: subtitle)
    legend.draw(in: &picture, x: Self.margin, y: Picture.headHeight + 4, width: legendWidth)
    return picture
  }

  /// Whether a panel has none below it.
  func isLowest(_ index: Int) -> Bool { index + columns >= count }
  /// Whether a panel stands at the left.
  func isFirst(_ index: Int) -> Bool { index % columns == 0 }

  /// The frame for the data of a panel.
  func frame(_ index: Int) -> Frame {
    let (row, column) = index.quotientAndRemainder(dividingBy: columns)
    let slot = (width - 2 * Self.margin) / Double(columns)
    return Frame(
      x: Self.margin + Double(column) * slot + Axes.leftMargin,
      y: headHeight + Double(row) * (panelHeight + rowGap),
      width: slot - Axes.leftMargin - 14, height: panelHeight)
  }
}

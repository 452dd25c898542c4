/// Points in a plane, each with a label beside it where there are few.
struct Scatter {
  struct Point {
    let x: Double, y: Double
    var low: Double?, high: Double?
    let label: String?
    let style: SeriesStyle
    var isHollow = false
    /// What is told beside the pointer.
    var tip: String?
  }

  let points: [Point]
  /// Of the picture.
  let width: Double
  let xKind: Scale.Kind
  let yKind: Scale.Kind
  let xTitle: String
  let yTitle: String
  var yLimits: ClosedRange<Double>?
  /// Nil for round numbers.
  var yTicks: [Scale.Tick]?
  var legend: [Legend.Item] = []
  var height = 380.0
  /// A value at which a line is drawn across.
  var reference: Double?

  /// The picture; nil for fewer than two points.
  func draw(title: String, subtitle: String) -> Picture? {
    let shown = points.filter {
      $0.x.isFinite && $0.y.isFinite && (xKind == .linear || $0.x > 0)
        && (yKind == .linear || $0.y > 0)
    }
    let heights =
      shown.flatMap { [$0.y, $0.low ?? $0.y, $0.high ?? $0.y] } + [reference].compactMap { $0 }
    guard shown.count > 1, let x = Scale(xKind, over: shown.map(\.x), padding: 0.1),
      let found = Scale(yKind, over: heights, padding: 0.08)
    else { return nil }
    let y = yLimits.map { Scale(kind: yKind, lower: $0.lowerBound, upper: $0.upperBound) } ?? found
    let grid = PanelGrid(
      count: 1, columns: 1, width: width, panelHeight: height, legend: Legend(items: legend),
      title: title,
      subtitle: subtitle)
    var picture = grid.picture()
    let axes = Axes(frame: grid.frame(0), x: x, y: y)
    axes.draw(in: &picture, title: "", xTitle: xTitle, yTitle: yTitle, yTicks: yTicks)
    if let reference {
      picture.polyline(
        [axes.point(x.lower, reference), axes.point(x.upper, reference)], "neutral dash1")
    }
    var taken = [Frame]()
    for point in shown {
      let place = axes.point(point.x, point.y)
      taken.append(Frame(x: place.x - 5, y: place.y - 5, width: 10, height: 10))
      if let low = point.low, let high = point.high {
        picture.line(
          place.x, axes.point(point.x, low).y, place.x, axes.point(point.x, high).y, "axis")
      }
    }
    for point in shown {
      let place = axes.point(point.x, point.y)
      picture.marker(
        place, point.style, radius: point.label == nil ? 3 : 4.2, isHollow: point.isHollow,
        tip: point.tip ?? point.label)
      if let label = point.label {
        Self.write(label, beside: place, in: axes.frame, &taken, &picture)
      }
    }
    return picture
  }

  /// Writes a label at the first place around a point where it covers nothing; further away if need be.
  private static func write(
    _ label: String, beside place: (x: Double, y: Double), in frame: Frame, _ taken: inout [Frame],
    _ picture: inout Picture
  ) {
    let width = label.width(fontSize: 11)
    for distance in stride(from: 8.0, through: 56, by: 8) {
      let places: [(Double, Double)] = [
        (distance, 0), (-distance - width, 0), (-width / 2, -distance - 4),
        (-width / 2, distance + 8), (distance, -distance), (distance, distance),
        (-distance - width, -distance), (-distance - width, distance),
      ]
      for (right, down) in places {
        let box = Frame(x: place.x + right, y: place.y + down - 6, width: width, height: 12)
        guard box.x > frame.x, box.right < frame.right, box.y > frame.y, box.bottom < frame.bottom,
          !taken.contains(where: { $0.meets(box) })
        else { continue }
        taken.append(box)
        if distance > 16 {
          let end = right > 0 ? box.x : right < -width / 2 - 1 ? box.right : box.x + width / 2
          picture.line(place.x, place.y, end, box.y + 6, "gridline")
        }
        picture.text(label, box.x, box.y + 10, .start, "small")
        return
      }
    }
  }
}

extension Frame {
  fileprivate func meets(_ other: Frame) -> Bool {
    x < other.right && other.x < right && y < other.bottom && other.y < bottom
  }
}

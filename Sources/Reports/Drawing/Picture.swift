/// A rectangle in the coordinates of a picture, y downwards.
struct Frame: Equatable {
  var x: Double, y: Double, width: Double, height: Double

  var right: Double { x + width }
  var bottom: Double { y + height }
}

/// A picture of lines, shapes and texts, built up element by element; see ``svg`` and ``pdf`` for its files.
struct Picture {
  typealias Point = (x: Double, y: Double)

  /// Which part of a text its coordinates refer to.
  enum Anchor: String { case start, middle, end }

  /// What it is made of, from back to front. Styles are classes of ``Palette``.
  enum Element {
    case line(Point, Point, style: String)
    /// - Parameter name: Of the series, for the readers of a page.
    case polyline([Point], style: String, color: String?, name: String?)
    case polygon([Point], style: String, color: String?, tip: String?)
    case circle(Point, radius: Double, style: String, tip: String?)
    case rectangle(Frame, style: String, color: String?, tip: String?)
    /// - Parameter angle: Degrees, clockwise.
    case text(String, Point, Anchor, style: String, angle: Double, color: String?)
    /// The place of a pair of axes, invisible: a page reads values off it.
    case axes(Frame, x: Scale, y: Scale)
  }

  let width: Double
  let height: Double
  let title: String
  let subtitle: String
  private(set) var elements: [Element] = []

  /// The height of title and subtitle, which paper does without.
  static let headHeight = 52.0
  /// The space left free at both sides.
  static let margin = 18.0

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
    elements.append(.line((x1, y1), (x2, y2), style: style))
  }

  mutating func polyline(
    _ points: [Point], _ style: String, color: String? = nil, name: String? = nil
  ) {
    let points = points.filter { $0.x.isFinite && $0.y.isFinite }
    if !points.isEmpty {
      elements.append(.polyline(points, style: style, color: color, name: name))
    }
  }

  mutating func polygon(
    _ points: [Point], _ style: String, color: String? = nil, tip: String? = nil
  ) {
    let points = points.filter { $0.x.isFinite && $0.y.isFinite }
    if points.count > 2 {
      elements.append(.polygon(points, style: style, color: color, tip: tip))
    }
  }

  mutating func circle(
    _ x: Double, _ y: Double, radius: Double, _ style: String, tip: String? = nil
  ) {
    elements.append(.circle((x, y), radius: radius, style: style, tip: tip))
  }

  mutating func rectangle(
    _ frame: Frame, _ style: String, color: String? = nil, tip: String? = nil
  ) {
    elements.append(.rectangle(frame, style: style, color: color, tip: tip))
  }

  mutating func text(
    _ text: String, _ x: Double, _ y: Double, _ anchor: Anchor = .start, _ style: String = "",
    rotated: Bool = false, color: String? = nil
  ) {
    elements.append(
      .text(text, (x, y), anchor, style: style, angle: rotated ? -90 : 0, color: color))
  }

  /// A small label that ends at a point.
  /// - Parameter angle: Degrees, clockwise.
  mutating func turnedText(_ text: String, _ x: Double, _ y: Double, angle: Double) {
    elements.append(.text(text, (x, y), .end, style: "muted small", angle: angle, color: nil))
  }

  mutating func axes(_ frame: Frame, x: Scale, y: Scale) {
    elements.append(.axes(frame, x: x, y: y))
  }

  /// The mark of a point in a series.
  mutating func marker(
    _ place: Point, _ style: SeriesStyle, radius: Double = 3, isHollow: Bool = false,
    tip: String? = nil
  ) {
    let look = isHollow ? "mark paper \(style.color.line) hollow" : "mark \(style.fill)"
    func shape(_ corners: [(Double, Double)]) {
      polygon(corners.map { (place.x + radius * $0.0, place.y + radius * $0.1) }, look, tip: tip)
    }
    switch style.marker {
    case .circle: circle(place.x, place.y, radius: radius, look, tip: tip)
    case .square: shape([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])
    case .triangle: shape([(0, -1.2), (1.15, 0.85), (-1.15, 0.85)])
    case .diamond: shape([(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)])
    }
  }
}

extension String {
  /// An estimate of the width of this text in pixels, rather too large for common typefaces.
  func width(fontSize: Double = 12) -> Double { Double(count) * fontSize * 0.58 }

  /// The text cut in the middle so that it is no wider than this.
  func shortened(to width: Double, fontSize: Double = 12) -> String {
    let limit = max(3, Int(width / (fontSize * 0.58)))
    guard count > limit else { return self }
    let head = (limit - 1) / 2
    return "\(prefix(head))…\(suffix(limit - 1 - head))"
  }
}

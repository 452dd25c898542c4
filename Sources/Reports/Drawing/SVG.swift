import Documents

/// A rectangle in the coordinates of a picture, y downwards.
struct Frame: Equatable {
  var x: Double, y: Double, width: Double, height: Double

  var right: Double { x + width }
  var bottom: Double { y + height }
}

/// A picture in Scalable Vector Graphics, built up element by element.
struct SVG {
  /// Which part of a text its coordinates refer to.
  enum Anchor: String { case start, middle, end }

  let width: Double
  let height: Double
  private let title: String
  private let summary: String
  private var body = ""

  init(width: Double, height: Double, title: String, summary: String) {
    self.width = width
    self.height = height
    self.title = title
    self.summary = summary
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
    body +=
      "<line x1=\"\(f(x1))\" y1=\"\(f(y1))\" x2=\"\(f(x2))\" y2=\"\(f(y2))\" class=\"\(style)\"/>\n"
  }

  mutating func polyline(_ points: [(x: Double, y: Double)], _ style: String, color: String? = nil)
  {
    let points = points.filter { $0.x.isFinite && $0.y.isFinite }
    guard !points.isEmpty else { return }
    let text = points.map { "\(f($0.x)),\(f($0.y))" }.joined(separator: " ")
    body += "<polyline points=\"\(text)\" class=\"line \(style)\"\(inline(color, "stroke"))/>\n"
  }

  mutating func polygon(_ points: [(x: Double, y: Double)], _ style: String, color: String? = nil) {
    let points = points.filter { $0.x.isFinite && $0.y.isFinite }
    guard points.count > 2 else { return }
    let text = points.map { "\(f($0.x)),\(f($0.y))" }.joined(separator: " ")
    body += "<polygon points=\"\(text)\" class=\"area \(style)\"\(inline(color, "fill"))/>\n"
  }

  mutating func circle(_ x: Double, _ y: Double, radius: Double, _ style: String) {
    body += "<circle cx=\"\(f(x))\" cy=\"\(f(y))\" r=\"\(f(radius))\" class=\"\(style)\"/>\n"
  }

  mutating func rectangle(
    _ frame: Frame, _ style: String, color: String? = nil, tip: String? = nil
  ) {
    let place =
      "x=\"\(f(frame.x))\" y=\"\(f(frame.y))\" width=\"\(f(frame.width))\" height=\"\(f(frame.height))\""
    let head = "<rect \(place) class=\"\(style)\"\(inline(color, "fill"))"
    body += tip.map { "\(head)><title>\($0.escaped)</title></rect>\n" } ?? "\(head)/>\n"
  }

  mutating func text(
    _ text: String, _ x: Double, _ y: Double, _ anchor: Anchor = .start, _ style: String = "",
    rotated: Bool = false, color: String? = nil
  ) {
    let turn = rotated ? " transform=\"rotate(-90 \(f(x)) \(f(y)))\"" : ""
    body +=
      "<text x=\"\(f(x))\" y=\"\(f(y))\" text-anchor=\"\(anchor.rawValue)\" class=\"\(style)\""
      + "\(inline(color, "fill"))\(turn)>\(text.escaped)</text>\n"
  }

  /// A label that slants down to the left of a point, for narrow columns.
  mutating func slantedText(_ text: String, _ x: Double, _ y: Double) {
    body +=
      "<text x=\"\(f(x))\" y=\"\(f(y))\" text-anchor=\"end\" class=\"muted\" "
      + "style=\"font-size:11px\" transform=\"rotate(-45 \(f(x)) \(f(y)))\">\(text.escaped)</text>\n"
  }

  /// The whole document.
  var document: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 \(f(width)) \(f(height))" \
    width="\(f(width))" height="\(f(height))" role="img">
    <title>\(title.escaped)</title>
    <desc>\(summary.escaped)</desc>
    <style>\(Palette.style)</style>
    <rect x="0" y="0" width="\(f(width))" height="\(f(height))" class="paper"/>
    \(body)</svg>

    """
  }

  private func inline(_ color: String?, _ property: String) -> String {
    color.map { " style=\"\(property):\($0)\"" } ?? ""
  }
}

/// A coordinate with at most two digits after the point. All coordinates pass here, so none is not a number.
private func f(_ value: Double) -> String {
  guard value.isFinite else { return "0" }
  let hundredths = (value * 100).rounded()
  let text = (hundredths / 100).description
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

extension String {
  /// The text with the markup characters of XML and HTML escaped. XML allows no control characters, not even
  /// escaped ones.
  var escaped: String {
    var result = ""
    for character in wellFormed.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result += " "
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }

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

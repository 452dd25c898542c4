import Documents

extension Picture {
  /// The picture in Scalable Vector Graphics, a whole document.
  ///
  /// On paper it has no head and no dark colours, and its size is in inches.
  func svg(for medium: Medium) -> String {
    let top = medium == .screen ? 0 : Self.headHeight
    let (shownWidth, shownHeight) =
      medium == .screen
      ? (f(width), f(height))
      : ("\(f(width * medium.inches))in", "\(f((height - top) * medium.inches))in")
    return """
      <svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 \(f(top)) \(f(width)) \(f(height - top))" \
      width="\(shownWidth)" height="\(shownHeight)" role="img">
      <title>\(title.escaped)</title>
      <desc>\(subtitle.escaped)</desc>
      <style>\(medium == .screen ? Palette.style : Palette.paperStyle)</style>
      <rect x="0" y="\(f(top))" width="\(f(width))" height="\(f(height - top))" class="paper"/>
      \(medium == .screen ? head : "")\(elements.map(\.svg).joined())</svg>

      """
  }

  private var head: String {
    let room = width - 2 * Self.margin
    return Element.text(
      title.shortened(to: room, fontSize: 15), (Self.margin, 26), .start, style: "title", angle: 0,
      color: nil
    ).svg
      + Element.text(
        subtitle.shortened(to: room), (Self.margin, 45), .start, style: "subtitle muted", angle: 0,
        color: nil
      ).svg
  }
}

extension Picture.Element {
  fileprivate var svg: String {
    switch self {
    case .line(let from, let to, let style):
      "<line x1=\"\(f(from.x))\" y1=\"\(f(from.y))\" x2=\"\(f(to.x))\" y2=\"\(f(to.y))\" class=\"\(style)\"/>\n"
    case .polyline(let points, let style, let color, let name):
      "<polyline points=\"\(points.svg)\" class=\"line \(style)\"\(inline(color, "stroke"))"
        + (name.map { " data-name=\"\($0.escaped)\"" } ?? "") + "/>\n"
    case .polygon(let points, let style, let color, let tip):
      tipped(
        "polygon",
        "points=\"\(points.svg)\" class=\"\(style)\"\(inline(color, "fill"))", tip)
    case .circle(let center, let radius, let style, let tip):
      tipped(
        "circle",
        "cx=\"\(f(center.x))\" cy=\"\(f(center.y))\" r=\"\(f(radius))\" class=\"\(style)\"", tip)
    case .rectangle(let frame, let style, let color, let tip):
      tipped("rect", "\(frame.svg) class=\"\(style)\"\(inline(color, "fill"))", tip)
    case .text(let text, let place, let anchor, let style, let angle, let color):
      "<text x=\"\(f(place.x))\" y=\"\(f(place.y))\" text-anchor=\"\(anchor.rawValue)\" class=\"\(style)\""
        + inline(color, "fill")
        + (angle == 0 ? "" : " transform=\"rotate(\(f(angle)) \(f(place.x)) \(f(place.y)))\"")
        + ">\(text.escaped)</text>\n"
    case .axes(let frame, let x, let y):
      "<rect \(frame.svg) class=\"frame\" data-x=\"\(x.svg)\" data-y=\"\(y.svg)\"/>\n"
    }
  }

  private func inline(_ color: String?, _ property: String) -> String {
    color.map { " style=\"\(property):\($0)\"" } ?? ""
  }

  private func tipped(_ element: String, _ attributes: String, _ tip: String?) -> String {
    tip.map { "<\(element) \(attributes)><title>\($0.escaped)</title></\(element)>\n" }
      ?? "<\(element) \(attributes)/>\n"
  }
}

extension [Picture.Point] {
  fileprivate var svg: String { map { "\(f($0.x)),\(f($0.y))" }.joined(separator: " ") }
}

extension Frame {
  fileprivate var svg: String {
    "x=\"\(f(x))\" y=\"\(f(y))\" width=\"\(f(width))\" height=\"\(f(height))\""
  }
}

extension Scale {
  /// For the script of a page: `linear 0 100`.
  fileprivate var svg: String {
    "\(kind == .linear ? "linear" : "logarithmic") \(lower) \(upper)"
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
}

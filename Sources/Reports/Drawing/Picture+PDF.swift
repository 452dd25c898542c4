#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Picture {
  /// The picture as a PDF of one page, without title.
  ///
  /// Lines and shapes are those of ``svg(for:)``. Text is set in Helvetica; a letter that neither it nor Symbol has is a
  /// question mark.
  func pdf(for medium: Medium) -> [UInt8] {
    let scale = medium.inches * 72
    let size = (width: width * scale, height: (height - Self.headHeight) * scale)
    var content = PDFContent()
    // The origin of PDF is at the lower left: the picture is turned over, and every letter back again.
    content.add("\(n(scale)) 0 0 \(n(-scale)) 0 \(n(height * scale)) cm 1 j")
    for element in elements { content.draw(element) }
    return PDFFile.bytes(content: content, width: size.width, height: size.height)
  }
}

/// The page's description, operator by operator.
private struct PDFContent {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ text: String) { bytes += Array("\(text)\n".utf8) }

  mutating func draw(_ element: Picture.Element) {
    switch element {
    case .axes: break
    case .line(let from, let to, let style):
      stroke(Look(style), path([from, to]), width: 1)
    case .polyline(let points, let style, let color, _):
      stroke(Look(style, stroke: color), path(points), width: 1.8)
    case .polygon(let points, let style, let color, _):
      fill(Look(style, fill: color), path(points) + " h")
    case .circle(let center, let radius, let style, _):
      fill(Look(style), circle(center, radius))
    case .rectangle(let frame, let style, let color, _):
      fill(
        Look(style, fill: color),
        "\(n(frame.x)) \(n(frame.y)) \(n(frame.width)) \(n(frame.height)) re")
    case .text(let text, let place, let anchor, let style, let angle, let color):
      draw(text, place, anchor, Look(style, fill: color, isText: true), angle)
    }
  }

  private mutating func stroke(_ look: Look, _ path: String, width: Double) {
    guard let color = look.stroke else { return }
    add("q \(rgb(color)) RG \(n(width)) w \(look.dash)\(look.state)\(path) S Q")
  }

  private mutating func fill(_ look: Look, _ path: String) {
    let (inner, outer) = (look.fill, look.stroke)
    guard inner != nil || outer != nil else { return }
    let operation = inner == nil ? "S" : outer == nil ? "f" : "B"
    add(
      "q " + (inner.map { "\(rgb($0)) rg " } ?? "") + (outer.map { "\(rgb($0)) RG 1.8 w " } ?? "")
        + "\(look.state)\(path) \(operation) Q")
  }

  private mutating func draw(
    _ text: String, _ place: Picture.Point, _ anchor: Picture.Anchor, _ look: Look, _ angle: Double
  ) {
    let (runs, width) = Helvetica.runs(of: text, isBold: look.isBold)
    let length = Double(width) / 1000 * look.fontSize
    let back = anchor == .start ? 0 : anchor == .middle ? length / 2 : length
    let (sine, cosine) = (sin(angle * .pi / 180), cos(angle * .pi / 180))
    add(
      "BT \(rgb(look.fill ?? "#000000")) rg \(n(cosine)) \(n(sine)) \(n(sine)) \(n(-cosine)) "
        + "\(n(place.x - back * cosine)) \(n(place.y - back * sine)) Tm")
    for run in runs {
      add("/\(run.font.rawValue) \(n(look.fontSize)) Tf")
      bytes += Array("<".utf8) + run.bytes.flatMap { Array(hex($0).utf8) } + Array("> Tj\n".utf8)
    }
    add("ET")
  }

  private func path(_ points: [Picture.Point]) -> String {
    points.enumerated().map { "\(n($1.x)) \(n($1.y)) \($0 == 0 ? "m" : "l")" }
      .joined(separator: " ")
  }

  /// Four Bézier curves, whose handles have 0.5523 of the radius.
  private func circle(_ center: Picture.Point, _ r: Double) -> String {
    let (x, y, k) = (center.x, center.y, 0.5523 * r)
    func curve(_ values: Double...) -> String { values.map(n).joined(separator: " ") + " c " }
    return "\(n(x + r)) \(n(y)) m " + curve(x + r, y + k, x + k, y + r, x, y + r)
      + curve(x - k, y + r, x - r, y + k, x - r, y) + curve(x - r, y - k, x - k, y - r, x, y - r)
      + curve(x + k, y - r, x + r, y - k, x + r, y)
  }
}

/// What the classes of an element mean on paper, as the style sheet of ``Palette`` says it.
private struct Look {
  var stroke: String?
  var fill: String?
  var dash = ""
  var state = ""
  var fontSize = 12.0
  var isBold = false

  init(_ style: String, stroke: String? = nil, fill: String? = nil, isText: Bool = false) {
    for name in style.split(separator: " ") {
      if let (property, value) = Palette.color(ofClass: name) {
        if property == "fill" { self.fill = value } else { self.stroke = value }
      }
      switch name {
      case "dash1": dash = "[6 3] 0 d "
      case "dash2": dash = "[2 3] 0 d "
      case "dash3": dash = "[8 3 2 3] 0 d "
      case "pale": state = "/pale gs "
      case "area": state = "/area gs "
      case "small": fontSize = 11
      case "panel": (fontSize, isBold) = (12.5, true)
      default: break
      }
    }
    self.stroke = stroke ?? self.stroke
    self.fill = fill ?? self.fill ?? (isText ? Palette.ink : nil)
    if isText { self.stroke = nil }
  }
}

/// The objects around a page's description.
private enum PDFFile {
  static func bytes(content: PDFContent, width: Double, height: Double) -> [UInt8] {
    let fonts = [("F1", "Helvetica"), ("F2", "Helvetica-Bold")].map {
      "/\($0) << /Type /Font /Subtype /Type1 /BaseFont /\($1) /Encoding /WinAnsiEncoding >> "
    }.joined()
    let objects = [
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 \(n(width)) \(n(height))] /Contents 4 0 R /Resources << "
        + "/Font << \(fonts)/F3 << /Type /Font /Subtype /Type1 /BaseFont /Symbol >> >> "
        + "/ExtGState << /area << /ca 0.16 >> /pale << /CA 0.55 >> >> >> >>",
    ]
    var bytes = Array("%PDF-1.4\n".utf8)
    var offsets: [Int] = []
    for (index, object) in objects.enumerated() {
      offsets.append(bytes.count)
      bytes += Array("\(index + 1) 0 obj\n\(object)\nendobj\n".utf8)
    }
    offsets.append(bytes.count)
    bytes += Array("4 0 obj\n<< /Length \(content.bytes.count) >>\nstream\n".utf8) + content.bytes
    bytes += Array("endstream\nendobj\n".utf8)
    let start = bytes.count
    let entries = offsets.map { offset in
      String(repeating: "0", count: 10 - String(offset).count) + "\(offset) 00000 n \n"
    }
    bytes += Array("xref\n0 5\n0000000000 65535 f \n\(entries.joined())".utf8)
    bytes += Array("trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n\(start)\n%%EOF\n".utf8)
    return bytes
  }
}

/// A number with four digits after the point and no exponent, which PDF does not know.
private func n(_ value: Double) -> String {
  guard value.isFinite else { return "0" }
  return Numbers.fixed(value, decimals: 4).replacing("−", with: "-")
}

/// `#0072b2` as three shares.
private func rgb(_ color: String) -> String {
  let digits = Array(color.dropFirst())
  return stride(from: 0, to: 6, by: 2).map { place in
    n(Double(Int(String(digits[place...place + 1]), radix: 16) ?? 0) / 255)
  }.joined(separator: " ")
}

private func hex(_ byte: UInt8) -> String {
  let text = String(byte, radix: 16)
  return text.count == 1 ? "0" + text : text
}

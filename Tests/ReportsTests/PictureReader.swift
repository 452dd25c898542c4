import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Gathers the numbers and texts of a picture.
final class PictureReader: NSObject, XMLParserDelegate {
  var coordinates: [Double] = []
  var texts = 0
  var width = 0.0
  /// Texts with an estimate of where they begin and end.
  var extents: [(text: String, left: Double, right: Double, y: Double)] = []
  private var open: (x: Double, y: Double, anchor: String, isTurned: Bool)?
  private var content = ""

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    if name == "svg" { width = Double(attributes["width"] ?? "") ?? 0 }
    for key in ["x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "width", "height"] {
      if let value = attributes[key] { coordinates.append(Double(value) ?? .nan) }
    }
    for part in (attributes["points"] ?? "").split(whereSeparator: { " ,".contains($0) }) {
      coordinates.append(Double(part) ?? .nan)
    }
    if name == "text" {
      texts += 1
      content = ""
      open = (
        Double(attributes["x"] ?? "") ?? .nan, Double(attributes["y"] ?? "") ?? .nan,
        attributes["text-anchor"] ?? "start",
        attributes["transform"] != nil
      )
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { content += string }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    guard name == "text", let open else { return }
    self.open = nil
    if open.isTurned { return }
    // Half of the font size is the width of a common letter.
    let width = Double(content.count) * 6
    let left =
      open.anchor == "start" ? open.x : open.anchor == "end" ? open.x - width : open.x - width / 2
    extents.append((content, left, left + width, open.y))
  }

  /// Pairs of texts in one row that cover each other, by the estimates of their ends.
  var overlaps: [String] {
    extents.indices.flatMap { first in
      extents[(first + 1)...].filter { other in
        let own = extents[first]
        return abs(own.y - other.y) < 8 && own.left < other.right - 1 && other.left < own.right - 1
      }.map { "\(extents[first].text) | \($0.text)" }
    }
  }
}

import Foundation
import Reports
import Spectra
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Plots") struct PlotTests {
  static let cases: [Analysis] = [
    SampleAnalysis.make(),
    SampleAnalysis.make(runs: ["one"], steps: [100], layers: 1),
    SampleAnalysis.make(
      runs: ["a<b>&\"c'", String(repeating: "long-name-", count: 12)], layers: 28),
    SampleAnalysis.make(runs: (0..<9).map { "run-\($0)" }, steps: [0, 1_000_000]),
  ]

  @Test(arguments: cases.indices)
  func `every picture is well-formed and inside its view box`(index: Int) throws {
    for plot in PlotRegistry.all {
      for figure in plot.figures(of: Self.cases[index]) {
        let reader = PictureReader()
        let parser = XMLParser(data: Data(figure.svg.utf8))
        parser.delegate = reader
        #expect(parser.parse(), "\(figure.name): \(parser.parserError as Any)")
        #expect(!reader.coordinates.isEmpty)
        #expect(!reader.coordinates.contains { !$0.isFinite }, "\(figure.name)")
        #expect(reader.texts > 3)
        for (text, left, right) in reader.extents {
          #expect(left >= -1 && right <= reader.width + 1, "\(figure.name): '\(text)' is cut")
        }
      }
    }
  }

  @Test func `an analysis without modules has no pictures`() {
    let empty = Analysis(
      command: [], version: "", topCount: 16, modules: [], vectors: [], runs: [])
    for plot in PlotRegistry.all { #expect(plot.figures(of: empty).isEmpty, "\(plot.name)") }
  }

  @Test func `the same analysis gives the same bytes`() throws {
    let first = try Report.files(of: SampleAnalysis.make(), formats: Set(Report.Format.allCases))
    let second = try Report.files(of: SampleAnalysis.make(), formats: Set(Report.Format.allCases))
    #expect(first == second)
  }

  @Test func `the list of plots names the files of their folder`() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/Reports/Plots")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix("Plot.swift") && $0 != "Plot.swift" }
      .map { String($0.dropLast(".swift".count)) }
    #expect(Set(files) == Set(PlotRegistry.all.map { "\($0)" }))
  }
}

/// Gathers the numbers and texts of a picture.
private final class PictureReader: NSObject, XMLParserDelegate {
  var coordinates: [Double] = []
  var texts = 0
  var width = 0.0
  /// Texts with an estimate of where they begin and end.
  var extents: [(text: String, left: Double, right: Double)] = []
  private var open: (x: Double, anchor: String, isTurned: Bool)?
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
        Double(attributes["x"] ?? "") ?? .nan, attributes["text-anchor"] ?? "start",
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
    extents.append((content, left, left + width))
  }
}

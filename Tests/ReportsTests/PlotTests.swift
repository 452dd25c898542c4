import Diagnosis
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

  @Test(arguments: cases.indices, [Medium.screen, .column])
  func `every picture is well-formed and inside its view box, its texts side by side`(
    index: Int, medium: Medium
  ) throws {
    for plot in PlotRegistry.all {
      for figure in try plot.figures(of: Self.cases[index], width: medium.width) {
        let reader = PictureReader()
        let parser = XMLParser(data: Data(figure.svg.utf8))
        parser.delegate = reader
        #expect(parser.parse(), "\(figure.name): \(parser.parserError as Any)")
        #expect(!reader.coordinates.isEmpty)
        #expect(!reader.coordinates.contains { !$0.isFinite }, "\(figure.name)")
        #expect(reader.texts > 3)
        for (text, left, right, _) in reader.extents {
          #expect(left >= -1 && right <= reader.width + 1, "\(figure.name): '\(text)' is cut")
        }
        #expect(reader.overlaps.isEmpty, "\(figure.name)")
      }
    }
  }

  @Test func `an analysis without modules has no pictures`() throws {
    let empty = Analysis(
      command: [], version: "", topCount: 16, modules: [], vectors: [], runs: [])
    for plot in PlotRegistry.all {
      #expect(try plot.figures(of: empty, width: 720).isEmpty, "\(plot.name)")
    }
  }

  @Test func `the same analysis gives the same bytes`() throws {
    let first = try Report.files(of: SampleAnalysis.make(), formats: Set(Report.Format.allCases))
    let second = try Report.files(of: SampleAnalysis.make(), formats: Set(Report.Format.allCases))
    #expect(first.map(\.name) == second.map(\.name))
    #expect(try first.map { try $0.bytes } == second.map { try $0.bytes })
  }
}

import Diagnosis
import Foundation
import Reports
import Spectra
import Studies
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Reports of names that nobody would choose and of numbers at the ends of the range of Double.
@Suite("Reports of extreme names and numbers") struct ExtremeReportTests {
  private static let names = [
    "noncharacter \u{FFFE}\u{FFFF}", "control \0\u{1}\u{1B}[31m\u{7F}\u{9B}",
    "<script>&\"'</script>",
    "a]]>b\u{202E}c", String(repeating: "long", count: 2500), "=HYPERLINK(\"x\")", "+1", "-1", "@a",
  ]

  private func pictures(_ files: [ReportFile]) throws {
    let pictures = files.filter { $0.name.hasSuffix(".svg") }
    #expect(!pictures.isEmpty)
    for picture in pictures {
      let reader = PictureReader()
      let parser = XMLParser(data: Data(try picture.bytes))
      parser.delegate = reader
      #expect(parser.parse(), "\(picture.name): \(parser.parserError as Any)")
      #expect(!reader.coordinates.contains { !$0.isFinite }, "\(picture.name)")
    }
  }

  /// - Parameter scripts: How many scripts a page has of its own, data included.
  private func expectWellFormed(_ files: [ReportFile], scripts: Int) throws {
    for file in files where file.name.hasSuffix(".html") || file.name.hasSuffix(".csv") {
      let scalars = String(decoding: try file.bytes, as: UTF8.self).unicodeScalars
      #expect(
        !scalars.contains {
          $0.value < 0x20 && !"\t\n\r".unicodeScalars.contains($0) || $0.value & 0xFFFE == 0xFFFE
            || (0x7F...0x9F).contains($0.value)
        }, "\(file.name)")
    }
    for file in files where file.name.hasSuffix(".html") {
      let page = String(decoding: try file.bytes, as: UTF8.self)
      #expect(page.components(separatedBy: "<script").count == scripts + 1)
    }
    for file in files where file.name.hasSuffix(".csv") {
      let widths = Self.widths(ofTable: String(decoding: try file.bytes, as: UTF8.self))
      #expect(Set(widths).count == 1, "\(file.name) has rows of \(Set(widths)) cells")
    }
  }

  /// The number of cells in each row of a table, read as RFC 4180 says.
  private static func widths(ofTable text: String) -> [Int] {
    var widths = [1]
    var isQuoted = false
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: widths[widths.count - 1] += 1
      case "\n" where !isQuoted: widths.append(1)
      default: break
      }
    }
    // The last line ends with a newline.
    return widths.dropLast()
  }

  @Test(arguments: names)
  func `any name gives well-formed pictures, pages and tables`(name: String) throws {
    let files = try Report.files(
      of: SampleAnalysis.make(runs: [name, "other"]), formats: Set(Report.Format.allCases))
    try pictures(files)
    try expectWellFormed(files, scripts: 2)
    #expect(files.allSatisfy { $0.name.utf8.count < 200 })
    let summary = try #require(files.first { $0.name == "summary.json" })
    let document = try JSONSerialization.jsonObject(with: Data(try summary.bytes))
    #expect(try SchemaCheck("summary").faults(of: document) == [])
    let runs = (document as? [String: Any])?["runs"] as? [[String: Any]]
    #expect(
      (runs?.first?["name"] as? String)?.unicodeScalars.elementsEqual(name.unicodeScalars) == true)
  }

  @Test(arguments: names)
  func `any arm gives well-formed pictures, pages and tables`(name: String) throws {
    let study = SampleStudy.make(arms: ["lora", name], seeds: 2)
    let files = try StudyReport.files(of: study, StudyDocument(of: study, command: [], version: ""))
    try pictures(files)
    try expectWellFormed(files, scripts: 1)
  }

  @Test(arguments: ["=1+1", "+1", "-1", "@a", "\t=1", "=\u{301}x"])
  func `a name is no formula in a spreadsheet`(name: String) throws {
    let files = try Report.files(of: SampleAnalysis.make(runs: [name]), formats: [.csv])
    let table = try #require(files.first { $0.name == "metrics.csv" })
    let row = String(decoding: try table.bytes, as: UTF8.self).split(separator: "\n")[1]
    #expect(row.unicodeScalars.starts(with: "'\(name),".unicodeScalars))
  }

  @Test func `negative numbers stay numbers`() throws {
    let files = try Report.files(of: SampleAnalysis.make(), formats: [.csv])
    let table = try #require(files.first { $0.name == "metrics.csv" })
    let text = String(decoding: try table.bytes, as: UTF8.self)
    #expect(text.contains(",-4.0,") && !text.contains("'"))
  }

  @Test(arguments: [
    ["实验", "对照"], ["a+b", "a=b", "a_b"], ["Run", "run", "RUN"], ["a b", "a_b-2", "a_b"],
    [String(repeating: "n", count: 240) + "1", String(repeating: "n", count: 240) + "2"],
  ])
  func `runs whose names look alike have files of their own`(names: [String]) throws {
    let files = try Report.files(of: SampleAnalysis.make(runs: names), formats: [.svg])
    let own = files.filter { $0.name.hasPrefix("plots/spectra-") }
    #expect(own.count == names.count)
    #expect(Set(files.map { $0.name.lowercased() }).count == files.count)
  }

  @Test(arguments: [
    [1e308, -1e308], [Double.greatestFiniteMagnitude, -Double.greatestFiniteMagnitude],
    [Double.leastNonzeroMagnitude, 0],
    [Double.leastNonzeroMagnitude, 2 * Double.leastNonzeroMagnitude],
    [-Double.leastNonzeroMagnitude, Double.leastNonzeroMagnitude], [1e-300 * 1e-10, 1e308],
    [1e-291, 2e-291], [0, 0],
  ])
  func `any finite numbers can be drawn and compared`(ends: [Double]) throws {
    var analysis = SampleAnalysis.make()
    try analysis.changeModules { index, module in
      let value = ends[index % 2]
      for name in module.metrics.keys { module.metrics[name] = value }
      module.updateSingularValues = [abs(value), abs(value) / 2]
      module.baseSingularValues = [abs(value)]
    }
    for index in analysis.runs.indices {
      let curve = (0..<40).map { CurvePoint(step: $0, value: ends[($0 + index) % 2]) }
      analysis.runs[index].curves = ["reward": curve]
      analysis.runs[index].steps = try analysis.runs[index].steps.map { summary in
        StepSummary(
          step: summary.step, modules: try analysis.modules.at(step: summary.step).map { $0 },
          collapseScore: nil)
      }
    }
    try pictures(try Report.files(of: analysis, formats: Set(Report.Format.allCases)))

    var study = SampleStudy.make()
    for index in study.runs.indices {
      for (name, curve) in study.runs[index].curves {
        study.runs[index].curves[name] = curve.enumerated().map {
          CurvePoint(step: $1.step, value: ends[($0 + index) % 2])
        }
      }
      for step in study.runs[index].steps.indices {
        for name in study.runs[index].steps[step].medians.keys {
          study.runs[index].steps[step].medians[name] = ends[(step + index) % 2]
        }
      }
    }
    let document = StudyDocument(of: study, command: [], version: "")
    try pictures(try StudyReport.files(of: study, document))
  }
}

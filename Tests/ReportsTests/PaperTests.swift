import Diagnosis
import Foundation
import Reports
import Spectra
import Studies
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Plots on paper") struct PaperTests {
  private func files(for medium: Medium) throws -> [ReportFile] {
    let study = SampleStudy.make()
    return try Report.files(of: SampleAnalysis.make(), formats: [.csv], media: [medium])
      + StudyReport.files(
        of: study, StudyDocument(of: study, command: [], version: ""), media: [medium])
  }

  @Test(arguments: zip([Medium.paper, .column], ["6.8in", "3.3in"]))
  func `each plot is a light picture as wide as its columns, without a title, and a PDF`(
    medium: Medium, width: String
  ) throws {
    let files = try files(for: medium).filter { $0.name.hasPrefix("plots/") }
    #expect(files.allSatisfy { $0.name.hasPrefix("plots/\(medium)/") })
    let names = files.filter { $0.name.hasSuffix(".svg") }.map { $0.name.dropLast(4) }
    #expect(names.count > 10)
    #expect(
      Set(names) == Set(files.filter { $0.name.hasSuffix(".pdf") }.map { $0.name.dropLast(4) }))
    for file in files where file.name.hasSuffix(".svg") {
      let text = String(decoding: try file.bytes, as: UTF8.self)
      #expect(text.contains("width=\"\(width)\"") && !text.contains("class=\"title\""))
      #expect(!text.contains("prefers-color-scheme"))
      #expect(XMLParser(data: Data(try file.bytes)).parse())
      // The smallest letters have 11 units.
      let units = try #require(
        text.firstMatch(of: /viewBox="0 \S+ (\S+)\s/).flatMap { Double($0.1) })
      let inches = try #require(Double(width.dropLast(2)))
      #expect(11 * 72 * inches / units >= 6)
    }
  }

  @Test func `the column form is the same with and without the screen's and a page`() throws {
    func names(_ formats: Set<Report.Format>, _ media: Set<Medium>) throws -> [String] {
      let files = try Report.files(of: SampleAnalysis.make(), formats: formats, media: media)
      return files.map(\.name).filter { $0.hasPrefix("plots/column/") }.sorted()
    }
    let both = try names([.svg, .html], [.screen, .column])
    #expect(both.count > 5)
    #expect(try names([.svg], [.column]) == both)
    #expect(try names([.svg, .html], [.column]) == both)
  }

  @Test(arguments: [Medium.paper, .column])
  func `the objects of a PDF lie where its table says`(medium: Medium) throws {
    for file in try files(for: medium) where file.name.hasSuffix(".pdf") {
      let bytes = try file.bytes
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.hasPrefix("%PDF-1.4") && text.hasSuffix("%%EOF\n"))
      let words = text.split(separator: "\n")
      let start = try #require(Int(words[words.count - 2]))
      #expect(bytes[start...].starts(with: "xref\n".utf8))
      let table = String(decoding: bytes[start...], as: UTF8.self).split(separator: "\n")
      for number in 1...4 {
        let offset = try #require(Int(table[2 + number].prefix(10)))
        #expect(bytes[offset...].starts(with: "\(number) 0 obj".utf8))
      }
      // PDF knows no exponents, and what is not a number has no place in a picture.
      let content = text.components(separatedBy: "stream\n")[1]
      #expect(!content.contains("nan") && !content.contains("inf"))
      let length = try #require(
        text.firstMatch(of: /\/Length (\d+) >>/).flatMap { Int($0.1) })
      #expect(content.utf8.count - "end".utf8.count == length)
    }
  }

  @Test func `media are drawn only if they are wanted`() throws {
    let analysis = SampleAnalysis.make()
    func plots(_ formats: Set<Report.Format>, _ media: Set<Medium>) throws -> [String] {
      try Report.files(of: analysis, formats: formats, media: media).map(\.name)
        .filter { $0.hasPrefix("plots/") }
    }
    #expect(try plots([.csv], [.screen]) == [])
    #expect(try plots([.svg], [.screen]).allSatisfy { !$0.contains("paper") })
    #expect(
      try plots([.svg], [.screen, .paper]).count == 3 * plots([.svg], [.screen]).count)
    #expect(try plots([.csv], [.column]).allSatisfy { $0.hasPrefix("plots/column/") })
  }
}

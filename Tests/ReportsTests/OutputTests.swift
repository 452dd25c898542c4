import Documents
import Foundation
import Reports
import Testing

@Suite("Output") struct OutputTests {
  private func withTemporaryFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "sigmascope-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private let files = [
    ReportFile(name: "metrics.csv", bytes: Array("a\n".utf8)),
    ReportFile(name: "plots/ranks.svg", bytes: Array("<svg/>".utf8)),
  ]

  @Test func `a folder appears with all its files and nothing beside it`() throws {
    try withTemporaryFolder { parent in
      let folder = parent.appendingPathComponent("report")
      try ReportFolder.write(files, to: folder)
      #expect(try FileManager.default.contentsOfDirectory(atPath: parent.path) == ["report"])
      #expect(try Data(contentsOf: folder.appendingPathComponent("plots/ranks.svg")).count == 6)
    }
  }

  @Test func `a report is replaced whole`() throws {
    try withTemporaryFolder { parent in
      let folder = parent.appendingPathComponent("report")
      try ReportFolder.write(files, to: folder)
      try ReportFolder.write([files[0]], to: folder)
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("plots").path))
      #expect(try FileManager.default.contentsOfDirectory(atPath: parent.path) == ["report"])
    }
  }

  @Test func `a folder that is not a report is left alone`() throws {
    try withTemporaryFolder { folder in
      try Data("mine".utf8).write(to: folder.appendingPathComponent("thesis.tex"))
      #expect(throws: OutputError.notAReport(path: folder.path)) {
        try ReportFolder.write(files, to: folder)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["thesis.tex"])
    }
  }

  @Test func `a place that cannot be written is named with the system's reason`() {
    let folder = URL(fileURLWithPath: "/proc/sigmascope-report")
    let error = #expect(throws: OutputError.self) { try ReportFolder.write(files, to: folder) }
    #expect(error?.description.hasPrefix("'/proc/sigmascope-report' cannot be written (") == true)
  }

  @Test func `hostile names do not end the page's script or open an element`() throws {
    let analysis = SampleAnalysis.make(runs: ["</script><script>alert(1)</script>", "<b>"])
    let page = try #require(
      Report.files(of: analysis, formats: [.html]).first { $0.name == "report.html" })
    let text = String(decoding: try page.bytes, as: UTF8.self)
    #expect(!text.contains("<script>alert"))
    #expect(!text.contains("<b>\""))
    #expect(text.components(separatedBy: "</script>").count == 3)
    // Nothing is fetched: the only addresses are names of XML vocabularies.
    #expect(!text.contains("src=\"http") && !text.contains("href=\"http"))
  }
}

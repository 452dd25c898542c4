import Checkpoints
import Diagnosis
import Foundation
import Reports
import Studies
import Testing

@Suite("Reports of comparisons") struct ComparisonReportTests {
  /// The files about some groups.
  private func files(_ groups: [StudyResults]) throws -> [ReportFile] {
    let comparison = RunComparison(
      title: "outputs <b>", groups: groups, notes: ["a note"], command: ["sigmascope"],
      version: "0")
    return try ComparisonReport.files(of: groups, comparison)
  }

  private func text(_ name: String, in files: [ReportFile]) throws -> String {
    String(decoding: try #require(files.first { $0.name == name }).bytes, as: UTF8.self)
  }

  @Test func `the first screen is the comparison, and only claims that can be tested follow`()
    throws
  {
    let page = try text("report.html", in: files([SampleStudy.make()]))
    let (table, claims) = (
      page.range(of: "class=\"sortable\""), page.range(of: "class=\"claims\"")
    )
    let start = try #require(table?.lowerBound)
    if let claims { #expect(start < claims.lowerBound) }
    #expect(!page.contains("not tested"))
    #expect(page.contains("outputs &lt;b&gt;") && page.contains("a note"))
  }

  @Test func `plots of two groups have names of their own, and their rows share a table`() throws {
    let files = try files([SampleStudy.make(), SampleStudy.make(arms: ["full", "ia3"])])
    let names = files.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.contains { $0.hasPrefix("plots/group-2-") })
    let rows = try text("comparison.csv", in: files).split(separator: "\n")
    #expect(rows.count == 1 + 3 * 3 + 2 * 3)
  }

  @Test func `a page has its contents, and each of them a place`() throws {
    let page = try text("report.html", in: files([SampleStudy.make(), SampleStudy.make()]))
    let places = page.matches(of: #/href="#([a-z0-9-]+)"/#).map { String($0.output.1) }
    #expect(Set(places).isSuperset(of: ["group-1", "group-2", "group-2-plots", "method"]))
    for place in places { #expect(page.contains("id=\"\(place)\""), "\(place)") }
    let title = SampleStudy.make().title
    #expect(page.contains("aria-label=\"Plots of \(title)\""))
  }

  @Test func `comparison.json and study.json have the fields that their schemas declare`() throws {
    let study = SampleStudy.make(arms: ["lora", "pissa", "dora", "milora"], seeds: 4)
    let document = try JSONSerialization.jsonObject(
      with: Data(text("comparison.json", in: files([study])).utf8))
    #expect(try SchemaCheck("comparison").faults(of: document) == [])
    let report = try StudyReport.files(
      of: study, StudyDocument(of: study, command: [], version: "0"))
    let results = try JSONSerialization.jsonObject(
      with: Data(text("study.json", in: report).utf8))
    #expect(try SchemaCheck("study").faults(of: results) == [])
  }

  @Test func `the caption of an outcome names the window that was taken`() throws {
    let measure = Measure(kind: .supervised, quantity: .loss)
    func caption(_ count: Int) throws -> String {
      let curve = (1...count).map { CurvePoint(step: $0, value: 1 / Double($0)) }
      let runs = ["lora", "pissa"].map { arm in
        StudyRun(
          name: arm, arm: arm, factors: Factors(adapter: arm, learningRate: 1e-3), seed: 0,
          curves: ["loss": curve],
          outcome: Outcome(of: TrainingLog(curves: ["loss": curve]), kind: .supervised))
      }
      let study = StudyResults(
        title: "t", common: runs[0].factors, baseline: "lora", runs: runs, measure: measure)
      return try text("report.html", in: files([study]))
    }
    #expect(try caption(10).contains("averaged over 2 points."))
    #expect(try caption(200).contains("averaged over 10 points."))
  }

  @Test func `sizes in results of studies are said to be those of layers`() throws {
    var study = SampleStudy.make()
    #expect(try text("report.html", in: files([study])).contains("‖ΔW‖ / ‖W‖ of layers"))
    for place in study.runs.indices { study.runs[place].settings = RunSettings() }
    #expect(try !text("report.html", in: files([study])).contains("‖ΔW‖ / ‖W‖ of layers"))
  }

  @Test func `the same runs give the same bytes`() throws {
    let groups = [SampleStudy.make()]
    #expect(try files(groups).map { try $0.bytes } == files(groups).map { try $0.bytes })
  }

  @Test func `pictures show every arm, whatever its settings`() throws {
    var group = SampleStudy.make(arms: ["lora", "full"])
    group.measure = Measure(kind: .reinforcement, quantity: nil)
    for index in group.runs.indices where group.runs[index].arm == "full" {
      group.runs[index].factors.rank = nil
      group.runs[index].factors.scale = nil
      group.runs[index].factors.dropout = nil
    }
    let picture = try text("plots/spectral-signature.svg", in: files([group]))
    #expect(picture.contains(">lora<") && picture.contains(">full<"))
    #expect(try files([group]).allSatisfy { !$0.name.contains("controls") })
  }
}

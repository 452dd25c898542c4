import Documents
import Foundation
import Reports
import Studies
import Testing

@Suite("Report of a system") struct SystemReportTests {
  private static let system = SystemDescription(
    name: "test", title: "A <system>", paper: "Nobody, 2025, arXiv 2501.00001", summary: "tests",
    arms: [.init("new", "the new way"), .init("old", "the old way")],
    measures: [
      .init("score", "how good it is", unit: "share", in: .share, over: "round"),
      .init("ndcg", "nDCG of the first ten", unit: "1", over: "λ", axisScale: .logarithmic),
      .init("words", "words of a document", unit: "words", in: .size, over: "round"),
      .init("rate", "the chosen rate", unit: "1", over: "choice"),
    ])

  private static func files() throws -> [String: String] {
    let measurements = ["new", "old"].flatMap { arm in
      (0..<3).flatMap { seed in
        let value = (Double(seed) + (arm == "new" ? 1 : 0)) / 3
        return [
          SystemMeasurement(arm: arm, seed: seed, measure: "score", x: 0, value: 0),
          SystemMeasurement(arm: arm, seed: seed, measure: "score", x: 1, value: value),
          SystemMeasurement(arm: arm, seed: seed, measure: "ndcg", x: 1e-3, value: value),
          SystemMeasurement(arm: arm, seed: seed, measure: "ndcg", x: 1, value: 0.5),
          SystemMeasurement(arm: arm, seed: seed, measure: "words", x: 1, value: 3 * value),
          SystemMeasurement(arm: arm, seed: seed, measure: "words", x: 2, value: 9),
          SystemMeasurement(arm: arm, seed: seed, measure: "rate", x: 1, value: 0.01),
        ]
      }
    }
    let claim = SystemClaim(
      "New is above old.", reported: "so they say",
      .difference("score", .last, of: "new", less: "old", is: .above(0)))
    let outcome = SystemOutcome(
      of: system, size: "quick", measurements, claims: [claim],
      command: ["sigmascope", "system", "run", "test"], version: "1")
    return Dictionary(
      uniqueKeysWithValues: try SystemReport.files(of: measurements, outcome).map {
        ($0.name, String(decoding: try $0.bytes, as: UTF8.self))
      })
  }

  @Test func `a measure over an axis has a plot, and one at a single place has none`() throws {
    let names = Set(try Self.files().keys)
    #expect(
      names == [
        "measurements.csv", "claims.csv", "system.json", "plots/score.svg", "plots/ndcg.svg",
        "plots/words.svg", "report.html",
      ])
  }

  @Test func `a plot names its axis and every arm`() throws {
    let plot = try #require(try Self.files()["plots/score.svg"])
    for text in ["round", "Score (share)", "new", "old"] { #expect(plot.contains(">\(text)<")) }
  }

  @Test func `names are written as people write them, and a unit stands once`() throws {
    let files = try Self.files()
    #expect(try #require(files["plots/ndcg.svg"]).contains(">nDCG<"))
    #expect(try #require(files["plots/words.svg"]).contains(">Words<"))
    let page = try #require(files["report.html"])
    #expect(page.contains("<b>nDCG</b>") && page.contains(">λ</th>"))
    #expect(!page.contains("Ndcg") && !page.contains("(words)") && !page.contains("Λ"))
  }

  @Test func `an axis of rounds has whole ticks, and one of few places has a tick at each`() throws
  {
    let files = try Self.files()
    func labels(_ name: String) throws -> Set<String> {
      try Set(
        #require(files[name]).matches(of: /text-anchor="middle" class="muted">([^<]*)</)
          .map { String($0.1) })
    }
    #expect(try labels("plots/score.svg") == ["0", "1", "round"])
    #expect(try labels("plots/ndcg.svg") == ["1e-3", "1", "λ"])
  }

  @Test func `the interval of a share is drawn between 0 and 1, and stands in full in the table`()
    throws
  {
    let files = try Self.files()
    // Three seeds of 1/3, 2/3 and 1 have an interval up to 1.49.
    let axes = try #require(files["plots/score.svg"]?.firstMatch(of: /data-y="linear (\S+) (\S+)"/))
    #expect(Double(axes.1) == 0 && Double(axes.2) == 1)
    #expect(try #require(files["report.html"]).contains("1.49"))
  }

  @Test func `no table is wider than a phone: a measure has one of its own with four columns`()
    throws
  {
    let page = try #require(try Self.files()["report.html"])
    let tables = page.components(separatedBy: "<table class=\"sortable\">").dropFirst()
    #expect(tables.count == Self.system.measures.count)
    for table in tables {
      let head = try #require(table.components(separatedBy: "</thead>").first)
      #expect(head.components(separatedBy: "<th scope").count - 1 == 4)
    }
    #expect(page.contains("<dt>old</dt><dd>the old way</dd>"))
  }

  @Test func `the page shows claims with their rules, and links the paper`() throws {
    let page = try #require(try Self.files()["report.html"])
    #expect(page.contains("A &lt;system&gt;"))
    #expect(page.contains("New is above old."))
    #expect(page.contains("score at the last round, new less old: above 0."))
    #expect(page.contains("https://arxiv.org/abs/2501.00001"))
  }

  @Test func `the table has a row for each number, and the same numbers give the same bytes`()
    throws
  {
    let files = try Self.files()
    #expect(files["measurements.csv"]?.split(separator: "\n").count == 43)
    #expect(try Self.files() == files)
  }
}

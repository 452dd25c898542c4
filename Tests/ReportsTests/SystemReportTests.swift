import Documents
import Reports
import Studies
import Testing

@Suite("Report of a system") struct SystemReportTests {
  private static let system = SystemDescription(
    name: "test", title: "A <system>", paper: "Nobody, 2025, arXiv 2501.00001", summary: "tests",
    arms: [.init("new", "the new way"), .init("old", "the old way")],
    measures: [
      .init("score", "how good it is", unit: "share", over: "round"),
      .init("rate", "the chosen rate", unit: "1", over: "choice"),
    ])

  private static func files() throws -> [String: String] {
    let measurements = ["new", "old"].flatMap { arm in
      (0..<3).flatMap { seed in
        let value = Double(seed) + (arm == "new" ? 1 : 0)
        return [
          SystemMeasurement(arm: arm, seed: seed, measure: "score", x: 0, value: 0),
          SystemMeasurement(arm: arm, seed: seed, measure: "score", x: 1, value: value),
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
        "measurements.csv", "claims.csv", "system.json", "plots/score.svg", "report.html",
      ])
  }

  @Test func `a plot names its axis and every arm`() throws {
    let plot = try #require(try Self.files()["plots/score.svg"])
    for text in ["round", "Score (share)", "new", "old"] { #expect(plot.contains(">\(text)<")) }
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
    #expect(files["measurements.csv"]?.split(separator: "\n").count == 19)
    #expect(try Self.files() == files)
  }
}

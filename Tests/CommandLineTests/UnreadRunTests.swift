import Foundation
import Testing

/// One run of several whose weights cannot be compared does not end a comparison.
@Suite("Runs that are not read") struct UnreadRunTests {
  @Test func `a residual base that is not here leaves its run out of the weights, and says why`()
    async throws
  {
    let scratch = try Scratch()
    for name in ["lora", "rslora", "pissa"] { try scratch.copy("adapters/\(name)") }
    let outcome = try await scratch.run(
      "compare", "adapters/lora", "adapters/rslora", "adapters/pissa", "--out", "comparison")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    let note = try #require(outcome.errorLines.first { $0.contains("pissa: its weights") })
    #expect(note.contains("give it with --base"))
    let rows = try String(contentsOf: scratch.url("comparison/runs.csv"), encoding: .utf8)
      .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let column = try #require(rows[0].firstIndex(of: "update_frobenius_norm"))
    for row in rows.dropFirst() {
      #expect(row[column].isEmpty == row[0].contains("pissa"), "\(row)")
    }
    let page = try String(contentsOf: scratch.url("comparison/report.html"), encoding: .utf8)
    #expect(page.contains("its weights are not compared"))
  }

  @Test func `a run that is damaged is set aside, and its kind of training is kept`() async throws {
    let scratch = try Scratch()
    _ = try scratch.copyAdapter("lora")
    try scratch.copy("adapters/dora")
    let place = "adapters/dora/adapter_config.json"
    try scratch.edit(place, replacing: #""lora_alpha": "#, with: #""lora_alpha": "x", "y": "#)
    let outcome = try await scratch.run(
      "compare", "adapters/lora", "adapters/dora", "--out", "comparison")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardError.contains("dora: its weights are not compared"))
    #expect(outcome.standardError.contains("lora_alpha"))
  }

  @Test func `a baseline that no run is of is refused before the work, each name told once`()
    async throws
  {
    let scratch = try Scratch()
    for name in ["lora", "dora"] { try scratch.copy("adapters/\(name)") }
    let outcome = try await scratch.run(
      "compare", "adapters/lora", "adapters/dora", "--baseline", "nope", "--out", "comparison")
    #expect(outcome.status == 64 && outcome.errorLines.count == 1)
    #expect(
      outcome.standardError.contains(/'nope' is none of the arms here: (lora, dora|dora, lora)\n/),
      "\(outcome.standardError)")
    #expect(!scratch.exists("comparison.partial"))
  }

  @Test func `where no run is read, the first error ends the comparison`() async throws {
    let scratch = try Scratch()
    for name in ["pissa", "olora"] { try scratch.copy("adapters/\(name)") }
    let outcome = try await scratch.run(
      "compare", "adapters/pissa", "adapters/olora", "--out", "comparison")
    #expect(outcome.status == 65)
    #expect(outcome.standardError.contains("error: ") && !scratch.exists("comparison"))
  }

  @Test func `analyze still refuses it`() async throws {
    let scratch = try Scratch()
    for name in ["lora", "pissa"] { try scratch.copy("adapters/\(name)") }
    let outcome = try await scratch.run("analyze", "adapters/lora", "adapters/pissa")
    #expect(outcome.status == 65)
  }
}

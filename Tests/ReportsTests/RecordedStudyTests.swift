import Foundation
import Reports
import Studies
import Testing

/// The rules on the recorded study. `SIGMASCOPE_REMAKE=1` writes the derived tables and the pictures that follow from
/// tables into REMADE beside it.
@Suite("Recorded study") struct RecordedStudyTests {
  /// These need values of single kinds of matrices, which the tables do not hold: their rows are as they were recorded.
  private static let fromRun: Set = [12, 27]

  private static var isRemaking: Bool {
    ProcessInfo.processInfo.environment["SIGMASCOPE_REMAKE"] != nil
  }

  /// Writes what is derived from the tables into a folder beside them.
  private func remake(_ recorded: RecordedStudy, _ names: Set<String>) throws {
    let study = try recorded.read()
    let folder = recorded.folder.appendingPathComponent("REMADE")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let document = StudyDocument(of: study, command: [], version: "")
    for file in try StudyReport.files(of: study, document) {
      let name = file.name.split(separator: "/").last.map(String.init) ?? file.name
      guard names.contains(name) else { continue }
      try Data(try file.bytes).write(to: folder.appendingPathComponent(name))
    }
  }

  /// A study has no runs for claims that came after it.
  private static func expectUntested(_ claims: ArraySlice<JudgedClaim>) {
    for claim in claims { #expect(claim.finding.verdict == .notTested, "claim \(claim.number)") }
  }

  @Test func `the recorded verdicts are those of the rules`() throws {
    let study = try RecordedStudy.full.read()
    let judged = ClaimRegistry.judge(study)
    if Self.isRemaking {
      return try remake(
        .full,
        RecordedStudy.full.plots.union([
          "claims.csv", "comparison.csv", "own_best.csv", "early_warning.csv",
          "early_warning_best.csv",
        ]))
    }
    let recorded = try RecordedStudy.full.rows("claims.csv")
    Self.expectUntested(judged.dropFirst(recorded.count))
    for (row, claim) in zip(recorded, judged) where !Self.fromRun.contains(claim.number) {
      #expect(row["verdict"] == claim.finding.verdict.rawValue, "claim \(claim.number)")
      #expect(row["measured"] == claim.finding.measured, "claim \(claim.number)")
    }
  }

  @Test(arguments: ["law", "addition-256", "chain-128", "headroom-64", "letters-64", "sort-64"])
  func `the verdicts of study 2 on the law of the step are those of the rules`(name: String) throws
  {
    let recorded = RecordedStudy("study-2/\(name)")
    if Self.isRemaking {
      return try remake(recorded, ["claims.csv", "score-by-step.svg", "death-by-curvature.svg"])
    }
    try expectRecorded(28...33, of: recorded)
  }

  @Test(arguments: [("lookup", [38]), ("batch", [15, 19])])
  func `the verdicts of study 2 on bits, batches and ranks are those of the rules`(
    name: String, claims: [Int]
  ) throws {
    let recorded = RecordedStudy("study-2/\(name)", commonRate: 1e-3)
    if Self.isRemaking { return try remake(recorded, ["claims.csv"]) }
    try expectRecorded(claims, of: recorded)
  }

  /// That the rules still say what the table of claims holds.
  private func expectRecorded(_ claims: some Collection<Int>, of recorded: RecordedStudy) throws {
    let judged = ClaimRegistry.judge(try recorded.read())
    let rows = try recorded.rows("claims.csv")
    Self.expectUntested(judged.dropFirst(rows.count))
    for claim in judged where claims.contains(claim.number) {
      let row = try #require(rows.first { $0["number"] == "\(claim.number)" })
      #expect(row["verdict"] == claim.finding.verdict.rawValue, "claim \(claim.number)")
      #expect(row["measured"] == claim.finding.measured, "claim \(claim.number)")
    }
  }
}

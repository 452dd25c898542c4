import Diagnosis
import Foundation
import Reports
import Studies

/// What is written and printed about a study.
struct StudyOutput {
  private let study: StudyResults
  private let document: StudyDocument
  private let judgesClaims: Bool

  /// - Parameter judgesClaims: Whether the runs are meant to test claims of papers. Else a table of them is printed.
  init(_ study: StudyResults, command: [String], judgesClaims: Bool = true) {
    self.study = study
    self.judgesClaims = judgesClaims
    document = StudyDocument(
      of: study, judging: judgesClaims ? ClaimRegistry.all : [],
      command: ["sigmascope"] + command.dropFirst(), version: Sigmascope.version)
  }

  /// Writes the report in place of an older one, and prints what was found.
  /// - Throws: ``OutputError``.
  func write(to folder: String, media: Set<Medium>, isQuiet: Bool) throws {
    let url = URL(fileURLWithPath: folder, isDirectory: true).standardizedFileURL
    try ReportFolder.write(try StudyReport.files(of: study, document, media: media), to: url)
    guard !isQuiet else { return }
    if !judgesClaims {
      let table = ArmTable(
        document.comparison.summaries, measure: study.measure, baseline: study.baseline)
      for line in table.lines { Terminal.show(line) }
    }
    let headlines = StudyHeadlines(of: document)
    let found = judgesClaims ? headlines.common + headlines.ownBest : []
    for sentence in found + headlines.advice + headlines.warnings {
      Terminal.show(sentence)
    }
    for claim in document.claims where claim.finding.verdict != .notTested {
      Terminal.show("\(claim.number). \(claim.finding.verdict.rawValue): \(claim.statement)")
    }
    for sentence in headlines.claims { Terminal.show(sentence) }
    Terminal.show("report: \(url.appendingPathComponent("report.html").path)")
  }
}

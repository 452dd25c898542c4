import Diagnosis
import Foundation
import Reports
import Studies

/// What is written and printed about a study.
struct StudyOutput {
  private let study: StudyResults
  private let document: StudyDocument

  init(_ study: StudyResults, command: [String]) {
    self.study = study
    document = StudyDocument(
      of: study, command: ["sigmascope"] + command.dropFirst(), version: Sigmascope.version)
  }

  /// Writes the report in place of an older one, and prints what was found.
  /// - Throws: ``OutputError``.
  func write(to folder: String, media: Set<Medium>, isQuiet: Bool) throws {
    let url = URL(fileURLWithPath: folder, isDirectory: true).standardizedFileURL
    try ReportFolder.write(try StudyReport.files(of: study, document, media: media), to: url)
    guard !isQuiet else { return }
    let headlines = StudyHeadlines(of: document)
    for sentence in headlines.common + headlines.ownBest + headlines.warnings {
      Terminal.show(sentence)
    }
    for claim in document.claims where claim.finding.verdict != .notTested {
      Terminal.show("\(claim.number). \(claim.finding.verdict.rawValue): \(claim.statement)")
    }
    for sentence in headlines.claims { Terminal.show(sentence) }
    Terminal.show("report: \(url.appendingPathComponent("report.html").path)")
  }
}

import Foundation
import Reports
import Studies

/// What is written and printed about compared runs.
struct ComparisonOutput {
  private let groups: [StudyResults]
  private let comparison: RunComparison

  init(_ groups: [StudyResults], titled title: String, _ notes: [String]) {
    self.groups = groups
    comparison = RunComparison(
      title: title, groups: groups, notes: notes,
      command: ["sigmascope"] + CommandLine.arguments.dropFirst(), version: Sigmascope.version)
  }

  /// Writes the report in place of an older one, and prints what was found.
  /// - Throws: `OutputError`.
  func write(to folder: URL, media: Set<Medium>, isQuiet: Bool) throws {
    try ReportFolder.write(
      try ComparisonReport.files(of: groups, comparison, media: media), to: folder)
    guard !isQuiet else { return }
    for note in comparison.notes { Terminal.say("  ! \(note)") }
    for group in comparison.groups {
      Terminal.show(group.title)
      let table = ArmTable(
        group.comparison.summaries, measure: group.measure, baseline: group.baseline)
      for line in table.lines { Terminal.show(line) }
      for sentence in group.cautions + group.headlines { Terminal.show("  \(sentence)") }
    }
    Terminal.show("report: \(folder.appendingPathComponent("report.html").path)")
  }
}

import Diagnosis
import Foundation
import Reports
import Spectra
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
      for line in Self.table(of: group).lines { Terminal.show(line) }
      for sentence in group.cautions + group.headlines { Terminal.show("  \(sentence)") }
    }
    Terminal.show("report: \(folder.appendingPathComponent("report.html").path)")
  }

  private static func table(of group: ComparedGroup) -> TextTable {
    var table = TextTable(
      columns: [
        "arm", "rate", "runs", group.measure.name, "against \(group.baseline)", "lost", "size",
      ])
    for arm in group.comparison.summaries {
      let course = [arm.startScore, arm.score?.mean].compactMap { $0.map(Words.number) }
      table.add([
        arm.arm, arm.factors.learningRate.map(Words.rate) ?? "", String(arm.runs),
        course.joined(separator: " → "),
        arm.arm == group.baseline
          ? "" : arm.difference.map { Words.number($0.estimate.mean) } ?? "",
        arm.collapsed == 0 ? "" : "\(arm.collapsed) of \(arm.runs)",
        arm.medians[RelativeUpdateNorm.name].map(Words.percent) ?? "",
      ])
    }
    return table
  }
}

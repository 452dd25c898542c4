import Diagnosis
import Spectra
import Studies

/// report.html of a comparison. The comparison is the first screen; claims of papers stand behind, and only those that the
/// runs can test.
struct ComparisonPage {
  let comparison: RunComparison
  /// The runs of each group.
  let groups: [StudyResults]
  /// The pictures of each group.
  let figures: [[Figure]]

  func html() throws -> String {
    try Page(body: .comparison, styles: [.claimStyle]).html(
      title: comparison.title,
      [
        "groups": comparison.groups.indices.map {
          group(comparison.groups[$0], groups[$0], figures[$0], id: "group-\($0 + 1)")
        },
        "notes": comparison.notes, "hasNotes": !comparison.notes.isEmpty,
        "command": comparison.command.joined(separator: " "), "version": comparison.version,
      ])
  }

  private func group(
    _ group: ComparedGroup, _ study: StudyResults, _ figures: [Figure], id: String
  ) -> [String: Any] {
    [
      "id": id, "title": group.title, "hasFigures": !figures.isEmpty, "cautions": group.cautions,
      "hasCautions": !group.cautions.isEmpty,
      "headlines": group.headlines, "arms": arms(of: group, study).values,
      "runs": PageTable(
        columns: [
          "Run", "Arm", "State", "Learning rate", "Start", "End", "Column", size(of: study),
        ], rows: study.runs.map(row)
      ).values, "figures": figures.map(\.values),
      "claims": group.claims.map { ClaimEntry($0).values }, "hasClaims": !group.claims.isEmpty,
    ]
  }

  /// What the size of updates is over: results of studies leave embeddings and head out.
  private func size(of study: StudyResults) -> String {
    let isOfLayers = study.runs.allSatisfy { $0.settings == nil }
    return "‖ΔW‖ / ‖W‖" + (isOfLayers ? " of layers" : "")
  }

  private func arms(of group: ComparedGroup, _ study: StudyResults) -> PageTable {
    PageTable(
      columns: [
        "Arm", "Learning rate", "Runs", "Seeds", "Start", "End", "95 % CI", "Lost",
        "Against \(group.baseline)", "95 % CI of the difference", size(of: study), "Rank for 99 %",
        TopCount.naming("Head share", group.topCount),
      ],
      rows: group.comparison.summaries.map { row($0, of: group) })
  }

  private func row(_ arm: ArmSummary, of group: ComparedGroup) -> PageTable.Row {
    let hasScore = group.measure.quantity != nil
    let score = hasScore ? arm.score : nil
    let difference = hasScore && arm.arm != group.baseline ? arm.difference?.estimate : nil
    return PageTable.Row(
      style: 2 * arm.collapsed > arm.runs ? "bad" : "",
      cells: [
        .text(arm.arm), .rate(arm.factors.learningRate), .count(arm.runs),
        .text(arm.seeds.map(String.init).joined(separator: " ")),
        .score(hasScore ? arm.startScore : nil), .score(score?.mean), .interval(score?.interval),
        .share(arm.collapsed, of: arm.runs), .difference(difference?.mean),
        .interval(difference?.interval), .number(arm.medians[RelativeUpdateNorm.name]),
        .number(arm.medians[EnergyRank99.name]), .score(arm.medians[HeadShareRight.name]),
      ])
  }

  private func row(_ run: StudyRun) -> PageTable.Row {
    PageTable.Row(
      style: run.isCollapsed ? "bad" : "",
      cells: [
        .text(run.name), .text(run.arm), .text(run.status?.word), .rate(run.factors.learningRate),
        .score(run.startScore), .score(run.finalScore), .text(run.outcome?.column),
        .number(run.final(RelativeUpdateNorm.name)),
      ])
  }
}

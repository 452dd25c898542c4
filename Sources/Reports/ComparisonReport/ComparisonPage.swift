import Diagnosis
import Documents
import Foundation
import Mustache
import Spectra
import Studies

/// report.html of a comparison: one file with nothing to fetch. The comparison is the first screen; claims of papers stand
/// behind, and only those that the runs can test.
struct ComparisonPage {
  let comparison: RunComparison
  /// The runs of each group.
  let groups: [StudyResults]
  /// The pictures of each group.
  let figures: [[Figure]]

  func html() throws -> String {
    try MustacheTemplate(string: ComparisonPageTemplate.html).render(
      [
        "style": PageTemplate.style + StudyPageTemplate.style + ComparisonPageTemplate.style,
        "plotStyle": Palette.style, "script": StudyPageTemplate.script, "title": comparison.title,
        "groups": zip(zip(comparison.groups, groups), figures).map { pair, figures in
          group(pair.0, pair.1, figures)
        },
        "notes": comparison.notes, "hasNotes": !comparison.notes.isEmpty,
        "command": comparison.command.joined(separator: " "), "version": comparison.version,
      ] as [String: Any]
    ).wellFormed
  }

  private func group(
    _ group: ComparedGroup, _ study: StudyResults, _ figures: [Figure]
  ) -> [String: Any] {
    [
      "title": group.title, "cautions": group.cautions, "hasCautions": !group.cautions.isEmpty,
      "headlines": group.headlines, "measure": group.measure.name, "baseline": group.baseline,
      "hasScore": group.measure.quantity != nil,
      "hasDifference": group.comparison.summaries.contains {
        $0.arm != group.baseline && $0.difference != nil
      },
      "arms": group.comparison.summaries.map { arm($0, of: group) },
      "runs": study.runs.map(run),
      "figures": figures.map { figure in
        [
          "title": figure.title, "caption": figure.caption,
          "svg": figure.svg.replacingOccurrences(of: Palette.style, with: ""),
        ]
      },
      "claims": group.claims.map(StudyPage.claim), "hasClaims": !group.claims.isEmpty,
    ]
  }

  private func arm(_ arm: ArmSummary, of group: ComparedGroup) -> [String: Any] {
    [
      "name": arm.arm, "rate": arm.factors.learningRate.map(Words.rate) ?? "", "runs": arm.runs,
      "seeds": arm.seeds.map(String.init).joined(separator: " "),
      "start": Self.number(arm.startScore), "score": Self.number(arm.score?.mean),
      "interval": Self.interval(arm.score?.interval),
      "lost": arm.collapsed == 0 ? "" : "\(arm.collapsed) of \(arm.runs)",
      "difference": arm.arm == group.baseline
        ? "" : arm.difference.map { StudyPage.signed($0.estimate.mean) } ?? "",
      "differenceInterval": arm.arm == group.baseline
        ? "" : Self.interval(arm.difference?.estimate.interval),
      "size": Self.number(arm.medians[RelativeUpdateNorm.name]),
      "rank": Self.number(arm.medians[EnergyRank99.name]),
      "head": Self.number(arm.medians[HeadShareRight.name]),
      "class": 2 * arm.collapsed > arm.runs ? "bad" : "",
    ]
  }

  private func run(_ run: StudyRun) -> [String: Any] {
    [
      "name": run.name, "arm": run.arm, "status": run.status?.rawValue ?? "",
      "word": run.status?.word ?? "", "rate": run.factors.learningRate.map(Words.rate) ?? "",
      "start": Self.number(run.startScore), "end": Self.number(run.finalScore),
      "column": run.outcome?.column ?? "",
      "size": Self.number(run.final(RelativeUpdateNorm.name)),
    ]
  }

  private static func number(_ value: Double?) -> String { value.map(Words.number) ?? "" }

  private static func interval(_ interval: ConfidenceInterval?) -> String {
    interval.map { "[\(number($0.lower)), \(number($0.upper))]" } ?? ""
  }
}

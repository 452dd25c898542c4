import Diagnosis
import Documents
import Foundation
import Mustache
import Spectra
import Studies

/// report.html of a study: one file with nothing to fetch.
struct StudyPage {
  let document: StudyDocument
  let figures: [Figure]

  func html() throws -> String {
    let headlines = StudyHeadlines(of: document)
    let page = try MustacheTemplate(string: StudyPageTemplate.html).render(
      [
        "style": PageTemplate.style + StudyPageTemplate.style,
        "plotStyle": Palette.style, "script": StudyPageTemplate.script,
        "title": document.title, "cards": cards(headlines),
        "claims": document.claims.map(Self.claim), "hasClaims": !document.claims.isEmpty,
        "arms": document.comparison.summaries.map(arm),
        "ownBest": document.comparison.ownBest.map(ownBest),
        "warnings": warnings, "hasWarnings": !warnings.isEmpty,
        "figures": figures.map { figure in
          [
            "title": figure.title, "caption": figure.caption,
            "svg": figure.svg.replacingOccurrences(of: Palette.style, with: ""),
          ]
        },
        "baseline": document.baseline, "runs": document.runCount,
        "notes": document.notes ?? [], "hasNotes": document.notes != nil,
        "command": document.command.joined(separator: " "), "version": document.version,
      ] as [String: Any])
    return page.wellFormed
  }

  private func cards(_ headlines: StudyHeadlines) -> [[String: Any]] {
    [
      ("At one learning rate", headlines.common), ("Each at its own best", headlines.ownBest),
      ("Claims", headlines.claims), ("Early warning", headlines.warnings),
    ].filter { !$0.1.isEmpty }.map { ["title": $0.0, "sentences": $0.1] }
  }

  static func claim(_ claim: JudgedClaim) -> [String: Any] {
    [
      "number": claim.number, "statement": claim.statement, "source": claim.source,
      "reported": claim.reported, "rule": claim.rule, "measured": claim.finding.measured,
      "verdict": claim.finding.verdict.rawValue,
      "class": claim.finding.verdict.rawValue.replacingOccurrences(of: " ", with: "-"),
      "evidence": claim.finding.evidence.map { evidence in
        [
          "label": evidence.label, "value": short(evidence.value),
          "interval": interval(evidence.interval), "count": String(evidence.count),
        ]
      }, "hasEvidence": !claim.finding.evidence.isEmpty,
    ]
  }

  private func arm(_ arm: ArmSummary) -> [String: Any] {
    [
      "name": arm.arm, "rate": arm.factors.learningRate.map { String(format: "%g", $0) } ?? "",
      "runs": arm.runs, "start": arm.startScore.map(Self.short) ?? "",
      "score": arm.score.map { Self.short($0.mean) } ?? "",
      "interval": Self.interval(arm.score?.interval),
      "collapsed": arm.collapsed == 0 ? "" : "\(arm.collapsed) of \(arm.runs)",
      "collapseStep": arm.collapseStep.map { String(format: "%g", $0) } ?? "",
      "difference": arm.arm == document.baseline
        ? "" : arm.difference.map { Self.signed($0.estimate.mean) } ?? "",
      "differenceInterval": arm.arm == document.baseline
        ? "" : Self.interval(arm.difference?.estimate.interval),
      "norm": arm.medians[RelativeUpdateNorm.name].map(Self.short) ?? "",
      "head": arm.medians[HeadShareRight.name].map(Self.short) ?? "",
      "shift": arm.medians[NormalizedSpectralShift.name].map(Self.short) ?? "",
      "angle": arm.medians[PrincipalAngleRightMax.name].map { String(format: "%.0f°", $0) } ?? "",
      "rank": arm.medians[StableRank.name].map(Self.short) ?? "",
      "class": 2 * arm.collapsed > arm.runs ? "bad" : "",
      "isBaseline": arm.arm == document.baseline,
    ]
  }

  private func ownBest(_ best: OwnBest) -> [String: Any] {
    [
      "name": best.arm, "score": Self.short(best.score.mean),
      "interval": Self.interval(best.score.interval),
      "rates": Set(best.chosenRates).sorted().map { String(format: "%g", $0) }
        .joined(separator: ", "),
      "tried": best.rates.count, "seeds": best.seeds.count,
      "difference": best.arm == document.baseline
        ? "" : best.difference.map { Self.signed($0.estimate.mean) } ?? "",
      "differenceInterval": best.arm == document.baseline
        ? "" : Self.interval(best.difference?.estimate.interval),
    ]
  }

  /// The ten widest areas at each share, and the plain rivals.
  private var warnings: [[String: Any]] {
    Dictionary(grouping: document.comparison.warnings, by: \.share).sorted { $0.key < $1.key }
      .flatMap { _, warnings -> [[String: Any]] in
        let best = warnings.sorted { $0.area > $1.area }.enumerated()
          .filter { $0.offset < 8 || $0.element.kind == .rival }.map(\.element)
        return best.map { warning in
          [
            "metric": warning.metric.replacingOccurrences(of: "_", with: " "),
            "share": String(format: "%g %%", warning.share * 100), "step": warning.step,
            "area": Self.short(warning.area), "interval": Self.interval(warning.interval),
            "orientation": warning.orientation.rawValue,
            "sensitivity": warning.sensitivity.map(Self.short) ?? "",
            "specificity": warning.specificity.map(Self.short) ?? "",
            "positives": warning.positives, "negatives": warning.negatives,
            "class": warning.kind == .rival ? "rival" : "",
          ]
        }
      }
  }

  private static func short(_ value: Double) -> String {
    value != 0 && abs(value) < 0.01
      ? String(format: "%.1e", value)
      : abs(value) >= 100 ? String(format: "%.0f", value) : String(format: "%.2f", value)
  }

  static func signed(_ value: Double) -> String {
    (value < 0 ? "−" : "+") + String(format: "%.2f", abs(value))
  }

  private static func interval(_ interval: ConfidenceInterval?) -> String {
    interval.map { "[\(short($0.lower)), \(short($0.upper))]" } ?? ""
  }
}

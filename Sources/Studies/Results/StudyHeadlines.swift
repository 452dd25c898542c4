import Diagnosis
import Foundation

/// The main results of a study in sentences, each backed by its tables.
public struct StudyHeadlines: Equatable, Sendable {
  /// The baseline and the other methods at the common learning rate; if the study has none, at an unknown
  /// rate.
  public var common: [String] = []
  /// The lowest and the highest method, each at its own best learning rate; then the baseline, PiSSA and MiLoRA.
  public var ownBest: [String] = []
  /// What to take, and which rates to try beside those that were tried.
  public var advice: [String] = []
  /// How many claims have each verdict.
  public var claims: [String] = []
  /// The metric with the largest area at 5 % of training beside the best that needs no singular values; empty if too few
  /// runs collapsed to say so.
  public var warnings: [String] = []

  public init(of document: StudyDocument) {
    common = Self.common(document)
    let arms = Self.comparableArms(document)
    ownBest = Self.ownBest(document, arms)
    advice =
      Recommendation(of: arms, document.comparison.summaries, shouldRise: true).sentences
    claims = Self.claims(document)
    warnings = Self.warnings(document)
  }

  private static func common(_ document: StudyDocument) -> [String] {
    let rate = document.common.learningRate
    let here = document.comparison.summaries.filter { $0.factors.learningRate == rate }
    guard let baseline = here.first(where: { $0.arm == document.baseline }),
      let score = baseline.score
    else { return [] }
    var sentences = [
      "\(document.baseline) goes from \(text(baseline.startScore)) to \(text(score))"
        + (rate.map { " at the common learning rate \(rateText($0))" } ?? "") + "."
    ]
    // Arms that vary more than the method are shown in the tables.
    let others = here.filter {
      $0.arm != document.baseline && $0.factors.isMethod(like: document.common)
    }
    let lost = others.filter { 2 * $0.collapsed > $0.runs }
    let alive = others.filter { 2 * $0.collapsed <= $0.runs }
    if !lost.isEmpty {
      sentences.append(
        "Collapsed: "
          + lost.map { "\($0.arm) (\($0.collapsed) of \($0.runs))" }.joined(separator: ", ") + ".")
    }
    let (above, below) = (
      alive.filter { ($0.difference?.estimate.interval?.lower ?? -1) > 0 },
      alive.filter { ($0.difference?.estimate.interval?.upper ?? 1) < 0 }
    )
    if !above.isEmpty { sentences.append("Above \(document.baseline): \(list(above)).") }
    if !below.isEmpty { sentences.append("Alive, below \(document.baseline): \(list(below)).") }
    let rest = alive.filter { one in
      !above.contains { $0.arm == one.arm } && !below.contains { $0.arm == one.arm }
    }
    if !rest.isEmpty {
      sentences.append("Not told apart from \(document.baseline): \(list(rest)).")
    }
    return sentences
  }

  private static func list(_ arms: [ArmSummary]) -> String {
    arms.map { arm in arm.score.map { "\(arm.arm) \(short($0.mean))" } ?? arm.arm }
      .joined(separator: ", ")
  }

  /// Arms at their own best rates that differ in the method alone.
  private static func comparableArms(_ document: StudyDocument) -> [OwnBest] {
    document.comparison.ownBest.filter {
      $0.rates.count > 1 && $0.factors.isMethod(like: document.common)
    }
  }

  private static func ownBest(_ document: StudyDocument, _ arms: [OwnBest]) -> [String] {
    guard let best = arms.max(by: { $0.score.mean < $1.score.mean }),
      let worst = arms.min(by: { $0.score.mean < $1.score.mean }), arms.count > 1
    else { return [] }
    return [
      "Each at its own best learning rate, chosen on other seeds than it is judged on: from "
        + "\(worst.arm) \(text(worst.score)) to \(best.arm) \(text(best.score))."
    ]
      + arms.filter { $0.arm == document.baseline || ["pissa", "milora"].contains($0.arm) }.map {
        "\($0.arm): \(text($0.score)) at \(Set($0.chosenRates).sorted().map(rateText).joined(separator: " or "))."
      }
  }

  private static func claims(_ document: StudyDocument) -> [String] {
    let counts = ClaimFinding.Verdict.allCases.compactMap { verdict -> String? in
      let count = document.claims.count { $0.finding.verdict == verdict }
      return count == 0 ? nil : "\(count) \(verdict.rawValue)"
    }
    return counts.isEmpty
      ? [] : ["Of \(document.claims.count) claims: \(counts.joined(separator: ", "))."]
  }

  private static func warnings(_ document: StudyDocument) -> [String] {
    let early = document.comparison.rankedWarnings.filter { $0.share == 0.05 }
    guard let best = early.max(by: { $0.area < $1.area }) else { return [] }
    let rival = early.filter { $0.kind == .rival }.max { $0.area < $1.area }
    return [
      "At 5 % of training (step \(best.step)), \(best.metric) tells later collapses best: ROC area "
        + "\(area(best)), over \(best.positives) collapses."
        + (rival.map { rival in
          rival.metric == best.metric
            ? " It needs no singular values."
            : " Of what needs no singular values, \(rival.metric) is best: \(area(rival))."
        } ?? "")
    ]
  }

  private static func area(_ warning: EarlyWarning) -> String {
    short(warning.area)
      + (warning.interval.map { " [\(short($0.lower)), \(short($0.upper))]" }
        ?? " (these runs are told apart without an error)")
  }

  private static func text(_ estimate: Estimate) -> String {
    short(estimate.mean)
      + (estimate.interval.map { " [\(short($0.lower)), \(short($0.upper))]" } ?? "")
  }

  private static func text(_ value: Double?) -> String { value.map(short) ?? "–" }

  private static func short(_ value: Double) -> String { String(format: "%.2f", value) }

  private static func rateText(_ rate: Double) -> String { Words.rate(rate) }
}

import Diagnosis
import Spectra
import Studies

/// report.html of a study.
struct StudyPage {
  let document: StudyDocument
  let figures: [Figure]

  func html() throws -> String {
    let claims = document.claims.map(ClaimEntry.init)
    let (tested, untested) = (claims.filter(\.isTested), claims.filter { !$0.isTested })
    return try Page(body: .study, styles: [.claimStyle]).html(
      title: document.title,
      [
        "lead": StudyLead(document).sentence, "cards": cards(StudyHeadlines(of: document)),
        "hasClaims": !claims.isEmpty, "tested": tested.map(\.values),
        "untested": untested.map(\.values), "untestedCount": untested.count,
        "hasUntested": !untested.isEmpty, "figures": figures.map(\.values),
        "arms": arms.values, "ownBest": ownBest.values, "warnings": warnings.values,
        "runs": document.runCount,
        "command": document.command.joined(separator: " "), "version": document.version,
      ])
  }

  private func cards(_ headlines: StudyHeadlines) -> [[String: Any]] {
    [
      ("What to take", headlines.advice), ("At one learning rate", headlines.common),
      ("Each at its own best", headlines.ownBest),
      ("Claims", headlines.claims), ("Early warning", headlines.warnings),
    ].filter { !$0.1.isEmpty }.map { ["title": $0.0, "sentences": $0.1] }
  }

  private var arms: PageTable {
    PageTable(
      columns: [
        "Arm", "Learning rate", "Runs", "Start", "End", "95 % CI", "Collapsed", "At step",
        "Against \(document.baseline)", "95 % CI of the difference", "‖ΔW‖ / ‖W‖ of layers",
        TopCount.naming("Head share", document.topCount),
        "Spectral shift", "Angle", "Stable rank",
      ], rows: document.comparison.summaries.map(row))
  }

  private func row(_ arm: ArmSummary) -> PageTable.Row {
    let difference = arm.arm == document.baseline ? nil : arm.difference?.estimate
    let angle = arm.medians[PrincipalAngleRightMax.name]
    return PageTable.Row(
      style: 2 * arm.collapsed > arm.runs ? "bad" : "",
      cells: [
        .text(arm.arm), .rate(arm.factors.learningRate), .count(arm.runs), .score(arm.startScore),
        .score(arm.score?.mean), .interval(arm.score?.interval),
        .share(arm.collapsed, of: arm.runs), .setting(arm.collapseStep),
        .difference(difference?.mean), .interval(difference?.interval),
        .number(arm.medians[RelativeUpdateNorm.name]), .score(arm.medians[HeadShareRight.name]),
        .number(arm.medians[NormalizedSpectralShift.name]),
        .init(text: angle.map { Numbers.fixed($0, decimals: 0) + "°" } ?? "", sorted: angle),
        .number(arm.medians[StableRank.name]),
      ])
  }

  private var ownBest: PageTable {
    PageTable(
      columns: [
        "Arm", "End", "95 % CI", "Rates chosen", "Rates tried", "Seeds",
        "Against \(document.baseline)", "95 % CI of the difference",
      ], rows: document.comparison.ownBest.map(row))
  }

  private func row(_ best: OwnBest) -> PageTable.Row {
    let difference = best.arm == document.baseline ? nil : best.difference?.estimate
    let chosen = Set(best.chosenRates).sorted().map(Words.rate).joined(separator: ", ")
    return PageTable.Row(cells: [
      .text(best.arm), .score(best.score.mean), .interval(best.score.interval), .text(chosen),
      .count(best.rates.count), .count(best.seeds.count), .difference(difference?.mean),
      .interval(difference?.interval),
    ])
  }

  /// The eight widest areas at each share, and the simple baselines.
  private var warnings: PageTable {
    let byShare = Dictionary(grouping: document.comparison.rankedWarnings, by: \.share)
    let shown = byShare.sorted { $0.key < $1.key }.flatMap { _, warnings in
      warnings.sorted { $0.area > $1.area }.enumerated()
        .filter { $0.offset < 8 || $0.element.kind == .rival }.map(\.element)
    }
    return PageTable(
      columns: [
        "Metric", "Of training", "Step", "ROC area", "95 % CI", "Before a collapse it is",
        "Sensitivity", "Specificity", "Collapsed", "Did not",
      ], rows: shown.map(row))
  }

  private func row(_ warning: EarlyWarning) -> PageTable.Row {
    PageTable.Row(
      style: warning.kind == .rival ? "rival" : "",
      cells: [
        .text(warning.metric.spelledOut),
        .init(text: "\(Numbers.setting(warning.share * 100)) %", sorted: warning.share),
        .count(warning.step), .score(warning.area), .interval(warning.interval),
        .text(warning.orientation.rawValue), .score(warning.sensitivity),
        .score(warning.specificity), .count(warning.positives), .count(warning.negatives),
      ])
  }
}

/// What a study is, in a sentence or two.
private struct StudyLead {
  let sentence: String

  init(_ document: StudyDocument) {
    let summaries = document.comparison.summaries
    let arms = Set(summaries.map(\.arm)).count
    let rates = Set(summaries.compactMap(\.factors.learningRate)).sorted().map(Words.rate)
    let seeds = Set(summaries.flatMap(\.seeds)).count
    let task = document.common.task.map { " on the task \($0)" } ?? ""
    let range =
      switch rates.count {
      case 0: ""
      case 1: " at the learning rate \(rates[0])"
      case 2...4: " at the learning rates " + rates.joined(separator: ", ")
      default: " at \(rates.count) learning rates from \(rates[0]) to \(rates[rates.count - 1])"
      }
    func count(_ count: Int, _ word: String) -> String {
      "\(count) \(word)\(count == 1 ? "" : "s")"
    }
    sentence =
      "\(count(document.runCount, "run"))\(task): \(count(arms, "arm"))\(range), \(count(seeds, "seed")). "
      + "An arm is a method with its settings; its runs differ in learning rate and seed alone. "
      + "Others are compared with \(document.baseline)"
      + (document.common.learningRate.map { "; the common learning rate is \(Words.rate($0))" }
        ?? "")
      + "."
  }
}

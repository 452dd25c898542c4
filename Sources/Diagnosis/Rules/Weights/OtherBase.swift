import LinearAlgebra
import Spectra

/// Signs that a run whose weights were all trained is compared with another base than it was trained on: training cannot
/// have made its update.
struct OtherBase {
  /// The checkpoint that shows it: the earliest analysed one with an update.
  let step: Int
  /// What shows it, as the end of a sentence about the update.
  let evidence: String

  /// Nil for an adapter, and where nothing shows it.
  init?(of run: ExaminedRun) {
    let changed = run.modules.filter(\.isChanged)
    guard !changed.isEmpty, changed.allSatisfy({ $0.identity.method == "full" }),
      let first = run.steps.first(where: { ($0.medians[UpdateFrobeniusNorm.name] ?? 0) > 0 }),
      let evidence = Self.reach(of: run, first, changed) ?? Self.growth(of: run, first)
    else { return nil }
    step = first.step
    self.evidence = evidence
  }

  /// The most that a step can change an entry by, in units of the rate. A step of Adam changes it by at most
  /// (1 − β₁) / √(1 − β₂), which is 3.2 for the usual β, and by 1 where gradients are steady. Weight decay adds a share of the
  /// weight, of rate times decay.
  private static let most = 4.0

  /// The entries lie further from the base than all steps together can have moved them. Nil also where the rate is not
  /// known, or steps may not be those of the optimiser.
  private static func reach(
    of run: ExaminedRun, _ first: StepSummary, _ changed: [ModuleAnalysis]
  ) -> String? {
    guard let rate = run.settings.learningRate, rate > 0, !run.log.curves.isEmpty,
      run.checkpoints.contains(first.step),
      let start = first.medians[UpdateFrobeniusNorm.name],
      let end = run.steps.last?.medians[UpdateFrobeniusNorm.name], end > 0
    else { return nil }
    // The matrices at hand are those of the last checkpoint; at the first, updates were smaller by the ratio of the medians.
    let entries = changed.compactMap { module in
      module.metrics[UpdateFrobeniusNorm.name].map {
        $0 / (Double(module.identity.rows) * Double(module.identity.columns)).squareRoot()
      }
    }
    guard let median = SampleQuantile.median(of: entries) else { return nil }
    if first.step == 0 { return "it was there before the first step" }
    let excess = median * start / end / (most * rate * Double(first.step))
    guard excess > 1 else { return nil }
    return
      "at step \(first.step) it was \(Words.number(excess)) times what Adam can reach by then at a rate of \(Words.rate(rate))"
  }

  /// An update as large as the base that was there at the first checkpoint and did not grow, though the run learnt.
  private static func growth(of run: ExaminedRun, _ first: StepSummary) -> String? {
    guard run.hasImproved, let last = run.steps.last, first.step > 0, last.step >= 2 * first.step,
      let start = first.medians[RelativeUpdateNorm.name],
      let end = last.medians[RelativeUpdateNorm.name],
      start >= UpdateSizeRule.fault, abs(end - start) <= 0.05 * start
    else { return nil }
    return "it was there at step \(first.step) and did not grow, though the run learnt"
  }
}

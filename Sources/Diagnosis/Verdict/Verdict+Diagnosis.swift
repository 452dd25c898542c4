import LinearAlgebra
import Spectra

extension Verdict {
  /// The metrics that every verdict needs: whether and how far weights moved.
  package static let neededMetrics: Set = [UpdateFrobeniusNorm.name, RelativeUpdateNorm.name]

  /// The verdict on a run by all rules.
  /// - Parameters:
  ///   - run: What is known of it.
  ///   - topCount: K, as requested.
  package init(of run: ExaminedRun, topCount: Int) {
    var symptoms: [Symptom] = []
    var skipped: [SkippedRule] = []
    for rule in HealthRules.all {
      switch rule.examine(run) {
      case .notMeant, .clear: break
      case .skipped(let reason): skipped.append(SkippedRule(rule: rule.name, reason: reason))
      case .found(let symptom): symptoms.append(symptom)
      }
    }
    // Of equals the rule that is listed first: sorting keeps the order.
    symptoms.sort { $0.status > $1.status }
    let changed = run.modules.filter(\.isChanged)
    let plain: Status =
      !run.steps.isEmpty && changed.isEmpty ? .unchanged : run.isJudged ? .healthy : .unjudged
    let status = max(plain, symptoms.first?.status ?? plain)
    let sound = symptoms.compactMap(run.lastSoundStep).min()
    let choice = run.choice(upTo: sound)
    let isBaseBest = run.checkpoints.count > 1 && choice == .base
    self.init(
      status: status,
      headline: Self.headline(
        status, of: run, worst: symptoms.first { $0.status == status }, remarks: symptoms.count),
      outcome: run.outcome, symptoms: symptoms, skipped: skipped,
      best: run.bestCheckpoint(choice, upTo: sound),
      sentences: (isBaseBest
        ? ["None of the saved checkpoints is known to be better than the base."] : [])
        + (run.steps.isEmpty
          ? [] : WeightSentences(changed: changed, steps: run.steps, topCount: topCount).all),
      suggestedRanks: Dictionary(grouping: changed, by: \.identity.kind).compactMapValues { kind in
        SampleQuantile.median(of: kind.compactMap { $0.metrics[EnergyRank99.name] }).map {
          Int($0.rounded(.up))
        }
      })
  }

  private static func headline(
    _ status: Status, of run: ExaminedRun, worst: Symptom?, remarks: Int
  ) -> String {
    switch status {
    case .healthy:
      let idle = run.outcome.map { $0.gain <= 0 } ?? false
      return Self.clearance(remarks, isIdle: idle)
        + (run.outcome.map { ": the \($0.course)" } ?? "") + "."
    case .unjudged where run.hasNotBegun && run.steps.isEmpty:
      return "This is the start: at step 0 nothing was trained yet, so there is nothing to judge."
    case .unjudged where run.steps.isEmpty:
      let aside = remarks == 0 ? "" : ", but there are remarks"
      return "Not judged\(aside). \(lack(of: run)) No matrix was compared."
    case .unjudged:
      let size = run.steps.last?.medians[RelativeUpdateNorm.name]
      return Self.clearance(remarks) + " in the weights"
        + (size.map { ": the median update is \(Words.multiple($0)) its base" } ?? "")
        + ". \(Self.lack(of: run))"
    case .unchanged:
      if run.modules.contains(where: \.isRounding) { return "No matrix changed beyond rounding." }
      return run.hasNotBegun
        ? "No matrix changed: at step 0 nothing was trained yet." : "No matrix changed."
    case .suspicious: return "There are signs of trouble. " + (worst?.evidence ?? "")
    case .diverged: return "The run has diverged. " + (worst?.evidence ?? "")
    case .collapsed: return "The run has collapsed. " + (worst?.evidence ?? "")
    case .nonFinite: return worst?.evidence ?? ""
    }
  }

  /// Why a run is not judged by its log.
  private static func lack(of run: ExaminedRun) -> String {
    guard let outcome = run.outcome else {
      return "Nothing was logged that shows how the run went."
    }
    return "The log is too short to judge the run by: the \(outcome.course)."
  }

  /// A run with remarks is not one without a sign of trouble.
  /// - Parameter isIdle: Whether it ends no better than it began.
  private static func clearance(_ remarks: Int, isIdle: Bool = false) -> String {
    let reserves = [
      remarks == 0 ? nil : remarks == 1 ? "one remark" : "\(remarks) remarks",
      isIdle ? "nothing was gained" : nil,
    ].compactMap(\.self)
    return reserves.isEmpty
      ? "No sign of trouble" : "No fault, but " + reserves.joined(separator: ", and ")
  }
}

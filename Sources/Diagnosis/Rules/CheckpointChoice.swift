import LinearAlgebra

/// Which saved checkpoint to go back to.
///
/// A trainer's row tells of the policy before its update: the reward of step 20, after a row of step 10, is that of the
/// policies 10 to 19. So a checkpoint is judged by the rows that follow it; an evaluation is of the policy at its own step.
enum CheckpointChoice: Equatable {
  /// The best of those that are sound, what it is judged by in words, and its value.
  case best(step: Int, judged: String, value: Double)
  /// The policy was better before it was trained than at any of them.
  case base
  /// None was saved up to that step, or nothing was logged that tells.
  case unknown
}

extension LoggedCurve {
  /// Whether its values are of the policy at their steps.
  private var isEvaluation: Bool { column.hasPrefix("eval") || column.hasPrefix("val") }

  /// The last step whose policy is sound if the value at a step shows that something was lost: that of the row before, or the
  /// policy before it if rows tell of policies before their update.
  func soundStep(before step: Int) -> Int {
    guard let last = points.last(where: { $0.step < step })?.step else { return 0 }
    return max(isEvaluation ? last : last - 1, 0)
  }

  /// The mean of what tells of the policy at a step, and of those after it up to a limit; nil if nothing does.
  /// - Parameter smoothed: This curve, averaged.
  fileprivate func value(ofPolicy step: Int, upTo limit: Int, _ smoothed: SmoothedCurve) -> Double?
  {
    let count = smoothed.count(upTo: step)
    if isEvaluation {
      return count > 0 && points[count - 1].step == step ? points[count - 1].value : nil
    }
    let following = points.dropFirst(count).prefix(smoothed.window).prefix { $0.step - 1 <= limit }
    // Nothing follows the last checkpoint of a run: it is about as good as what came before.
    let told = count == points.count ? points.suffix(smoothed.window) : following
    return SampleMoments.mean(of: told.map(\.value))
  }
}

extension ExaminedRun {
  /// Accuracies and rewards on held-out problems.
  private static let examinations = ["eval_accuracy", "eval_reward"]

  /// The saved checkpoint at which the run was best.
  /// - Parameter last: The last step that is sound; nil if all are. A curve that is lost can look best where it ended: the
  ///   loss of weights that are NaN is logged as 0.
  func choice(upTo last: Int? = nil) -> CheckpointChoice {
    let saved = checkpoints.filter { $0 > 0 && $0 <= last ?? $0 }
    guard let outcome, !saved.isEmpty else { return .unknown }
    let examined = isReinforcement ? log.curve(of: Self.examinations) : nil
    let judged: [(curve: LoggedCurve?, words: String, shouldRise: Bool)] = [
      (examined, examined.map { "'\($0.column)'" } ?? "", true),
      (log.curve(of: outcome.quantity), outcome.words, outcome.shouldRise),
    ]
    for (curve, words, shouldRise) in judged {
      guard let curve else { continue }
      let (smoothed, limit) = (SmoothedCurve(curve.points), last ?? .max)
      let values = saved.compactMap { step in
        curve.value(ofPolicy: step, upTo: limit, smoothed).map { (step: step, value: $0) }
      }
      let sign = shouldRise ? 1.0 : -1
      // Of equals the later one.
      guard let best = values.reversed().max(by: { sign * $0.value < sign * $1.value }) else {
        continue
      }
      let base = curve.value(ofPolicy: 0, upTo: limit, smoothed)
      return base.map { sign * $0 > sign * best.value } ?? false
        ? .base : .best(step: best.step, judged: words, value: best.value)
    }
    return .unknown
  }

  /// What to go back to, in words, if the policy is sound up to a step.
  func checkpoint(upTo step: Int) -> String {
    if checkpoints.isEmpty {
      return step > 0 ? "Take a checkpoint of step \(step) or before" : "Begin again"
    }
    let saved = checkpoints.last { $0 > 0 && $0 <= step }
    guard let saved else { return "No checkpoint was saved before it: begin again" }
    switch choice(upTo: step) {
    case .best(let step, _, _): return "Take checkpoint \(step)"
    case .base: return "No checkpoint before it is better than the base: begin again"
    case .unknown: return "Take checkpoint \(saved)"
    }
  }

  /// The saved checkpoint to take; nil without an outcome, with one checkpoint, or if the base was better.
  func bestCheckpoint(upTo last: Int?) -> BestCheckpoint? {
    guard checkpoints.count > 1, case .best(let step, let judged, let value) = choice(upTo: last)
    else { return nil }
    let kind = outcome?.shouldRise == false ? "lowest" : "highest"
    return BestCheckpoint(
      step: step,
      reason:
        "Of the saved checkpoints it has the \(kind) \(judged), \(Words.number(value))."
    )
  }

  /// The last step whose checkpoint a finding leaves sound; nil if it spoils none.
  func lastSoundStep(_ symptom: Symptom) -> Int? {
    if symptom.rule == OverfittingRule.name { return symptom.step }
    guard symptom.status >= .diverged, let step = symptom.step else { return nil }
    return log.curve(of: symptom.columns)?.soundStep(before: step) ?? max(step - 1, 0)
  }
}

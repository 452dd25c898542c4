import LinearAlgebra
import Spectra

/// Which saved checkpoint to go back to.
///
/// A trainer's row tells of the policy before its update: the reward of step 20, after a row of step 10, is that of the
/// policies 10 to 19. So a checkpoint is judged by the rows that follow it; an evaluation is of the policy at its own step.
enum CheckpointChoice: Equatable {
  /// The best of those that are sound, and why.
  case best(BestCheckpoint)
  /// None of them is known to be better than the policy before it was trained.
  case base
  /// None was saved up to that step, or nothing was logged that tells.
  case unknown
}

extension LoggedCurve {
  /// Whether its values are of the policy at their steps.
  fileprivate var isEvaluation: Bool { column.hasPrefix("eval") || column.hasPrefix("val") }

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

extension LoggedCurve {
  /// The best of saved checkpoints by this curve; nil if it tells of none.
  ///
  /// Of those that noise cannot tell apart it is the last: that one was trained longest. Of a run that was lost it is the best
  /// itself, and only if it is better than the base by more than noise.
  /// - Parameters:
  ///   - last: The last step that is sound; nil if all are.
  ///   - words: What the curve is called.
  fileprivate func choice(
    among saved: [Int], upTo last: Int?, shouldRise: Bool, _ words: String
  ) -> CheckpointChoice? {
    let (smoothed, limit) = (SmoothedCurve(points), last ?? .max)
    let values = saved.compactMap { step in
      value(ofPolicy: step, upTo: limit, smoothed).map { (step: step, value: $0) }
    }
    let sign = shouldRise ? 1.0 : -1
    guard let top = values.reversed().max(by: { sign * $0.value < sign * $1.value }) else {
      return nil
    }
    let error = CurveCourse.usualCertainty * errorOfMeans(upTo: last, smoothed)
    let lead = value(ofPolicy: 0, upTo: limit, smoothed).map { sign * (top.value - $0) }
    if let lead, lead <= (last == nil ? 0 : error) { return .base }
    let best =
      last == nil ? values.last { sign * (top.value - $0.value) <= error } ?? top : top
    let kind = shouldRise ? "highest" : "lowest"
    let among =
      values.count < saved.count
      ? "\(values.count) of \(saved.count) checkpoints that were evaluated"
      : "checkpoints saved up to step \(saved.last ?? best.step)"
    let shown = Words.number(best.value)
    return .best(
      BestCheckpoint(
        step: best.step,
        reason: best.step == top.step
          ? "Of the \(among) it has the \(kind) \(words), \(shown)."
          : "Of the \(among) it is the last whose \(words), \(shown), is within noise of the \(kind), "
            + "\(Words.number(top.value)) at step \(top.step)."
      ))
  }

  /// The standard error of the difference of two averages. Evaluations are of the same problems each time, so that their
  /// differences have little noise. Of a lost run only what was logged before counts; too little of it tells nothing.
  private func errorOfMeans(upTo last: Int?, _ smoothed: SmoothedCurve) -> Double {
    if isEvaluation { return 0 }
    guard let last else {
      return smoothed.error(ofMeansOver: smoothed.window, and: smoothed.window)
    }
    let sound = points.prefix { $0.step - 1 <= last }.map(\.value)
    guard sound.count >= CurveCourse.fewest else { return .infinity }
    return SmoothedCurve.error(
      ofMeansOver: smoothed.window, and: smoothed.window,
      noise: SmoothedCurve.noise(ofCurve: sound))
  }
}

extension ExaminedRun {
  /// Accuracies and rewards on held-out problems.
  static let examinations = [TrainingLog.examination, "eval_reward"]

  /// The saved checkpoint at which the run was best.
  /// - Parameter last: The last step that is sound; nil if all are. A curve that is lost can look best where it ended: the
  ///   loss of weights that are NaN is logged as 0.
  func choice(upTo last: Int? = nil) -> CheckpointChoice {
    let saved = checkpoints.filter { $0 > 0 && $0 <= last ?? $0 }
    guard let outcome, !saved.isEmpty else { return .unknown }
    let examined = isReinforcement ? log.curve(of: Self.examinations) : nil
    let judged = [(examined, true), (log.curve(of: outcome.quantity), outcome.shouldRise)]
    for (curve, shouldRise) in judged {
      guard let curve else { continue }
      let words = curve.isEvaluation ? "'\(curve.column)'" : outcome.words
      if let choice = curve.choice(among: saved, upTo: last, shouldRise: shouldRise, words) {
        return choice
      }
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
    case .best(let best): return "Take checkpoint \(best.step)"
    case .base:
      return "None of the checkpoints before it is known to be better than the base: begin again"
    case .unknown: return "Take checkpoint \(saved)"
    }
  }

  /// The saved checkpoint to take; nil without an outcome, with one checkpoint, or if the base was better.
  /// - Parameter choice: That of the checkpoints up to the last step that is sound.
  func bestCheckpoint(_ choice: CheckpointChoice, upTo last: Int?) -> BestCheckpoint? {
    guard checkpoints.count > 1 else { return nil }
    switch choice {
    case .best(let best): return best
    case .base: return nil
    case .unknown:
      return checkpoints.last { $0 > 0 && $0 <= last ?? 0 }.map {
        BestCheckpoint(step: $0, reason: "It is the last one that was saved before the trouble.")
      }
    }
  }

  /// The last step whose checkpoint a finding leaves sound; nil if it spoils none.
  func lastSoundStep(_ symptom: Symptom) -> Int? {
    if symptom.rule == OverfittingRule.name { return symptom.step }
    // Weights that lie further from the base than the base from zero are of no use, whatever the log says.
    if symptom.rule == UpdateSizeRule.name, symptom.status == .suspicious {
      return steps.last { $0.medians[RelativeUpdateNorm.name] ?? 0 < UpdateSizeRule.fault }?.step
        ?? 0
    }
    guard symptom.status >= .diverged, let step = symptom.step else { return nil }
    return log.curve(of: symptom.columns)?.soundStep(before: step) ?? max(step - 1, 0)
  }
}

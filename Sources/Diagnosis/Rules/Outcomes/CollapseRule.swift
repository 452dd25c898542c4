import Checkpoints

/// A run that has lost what it was trained for: its reward, accuracy or margin.
public enum CollapseRule: HealthRule {
  public static let name = "collapse"
  public static let summary =
    "reward, accuracy or margin falls below half of its best, and stays there"

  /// What part of its best an outcome must have lost at the end to be in decline.
  static let declineShare = 0.25

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard run.settings.kind != .supervised else { return .notMeant }
    let ofOutcome = examineOutcome(of: run)
    if case .found(let symptom) = ofOutcome, symptom.status >= .suspicious { return ofOutcome }
    // What an examination shows counts whatever the reward of training does, or if none was logged.
    return failedExamination(run).map(Examination.found) ?? ofOutcome
  }

  private static func examineOutcome(of run: ExaminedRun) -> Examination {
    guard let outcome = run.outcome else { return .notLogged(.reward) }
    guard outcome.shouldRise, let curve = run.log.curve(of: outcome.quantity) else {
      return .notMeant
    }
    // Of two or three points one may be below half of the others by noise alone.
    guard curve.points.count >= CurveCourse.fewest else { return .tooShort(outcome.column) }
    let finding = CollapseDetector().finding(in: curve.points)
    switch finding.outcome {
    case .tooShort: return .tooShort(outcome.column)
    case .steady: return decline(outcome, run)
    case .recovered: return .found(recovered(outcome, finding, of: curve))
    case .collapsed: return .found(collapsed(outcome, curve, finding, run))
    }
  }

  private static func collapsed(
    _ outcome: Outcome, _ curve: LoggedCurve, _ finding: CollapseFinding, _ run: ExaminedRun
  ) -> Symptom {
    let step = finding.collapseStep ?? outcome.lastStep
    // Of a curve that fell within its first average, that is no measure of where it began.
    let reference = max(finding.episodes.last?.reference ?? outcome.best, outcome.start)
    let best =
      reference > outcome.start ? "its best, \(Words.number(reference))," : Words.number(reference)
    let half = curve.points.floor < 0 ? "half of its height above its lowest value" : "half"
    return Symptom(
      rule: name, status: .collapsed, step: step, columns: [outcome.column],
      evidence: "The \(outcome.words) fell from \(best) to "
        + "\(Words.number(outcome.end)), below \(half) at step \(step), and did not come back.",
      cause: "The policy moved further in a step than its answers could follow"
        + (run.sizeBefore(step).map { ": \($0)." } ?? "."),
      advice: run.checkpoint(upTo: curve.soundStep(before: step))
        + ", and train at \(run.lowerRate).")
  }

  /// A fall that lasts to the end and is not below half: a quarter of what was reached, and more than noise.
  private static func decline(_ outcome: Outcome, _ run: ExaminedRun) -> Examination {
    guard let course = run.outcomeCourse else { return .clear }
    let floor = course.points.floor
    let fall = outcome.best - course.end
    guard fall > declineShare * (outcome.best - floor), fall > CurveCourse.certainty * course.error
    else {
      return .clear
    }
    return .found(
      Symptom(
        rule: name, status: .suspicious, step: outcome.bestStep, columns: [outcome.column],
        evidence:
          "The \(outcome.words) was best at step \(outcome.bestStep), \(Words.number(outcome.best)), and is "
          + "\(Words.number(course.end)) at the end.",
        cause: "The run unlearns what it had reached.",
        advice:
          "\(run.checkpoint(upTo: outcome.bestStep)), and end at \(run.lowerRate)."))
  }

  /// Logs with fewer points are averaged over less than five.
  private static let shortLog = 20

  /// What an accuracy on held-out problems must have lost: two standard errors with 100 problems.
  private static let examinationLoss = 0.15

  /// Rewards that are noisy or that the policy games may hide what an examination shows: a quarter of what the first one found.
  private static func failedExamination(_ run: ExaminedRun) -> Symptom? {
    guard run.isReinforcement, let curve = run.log.curve(of: ExaminedRun.examinations),
      let first = curve.points.first, let last = curve.points.last,
      curve.points.allSatisfy({ (0...1).contains($0.value) }),
      first.value - last.value > max(declineShare * first.value, examinationLoss)
    else { return nil }
    return Symptom(
      rule: name, status: .suspicious, step: last.step, columns: [curve.column],
      evidence:
        "'\(curve.column)' fell from \(Words.number(first.value)) at step \(first.step) to "
        + "\(Words.number(last.value)) at step \(last.step).",
      cause: "The run unlearns what its base could do.",
      advice: "Train at \(run.lowerRate).")
  }

  /// A short log is averaged over few points, of which two low ones look like a fall: a remark.
  private static func recovered(
    _ outcome: Outcome, _ finding: CollapseFinding, of curve: LoggedCurve
  ) -> Symptom {
    let step = finding.collapseStep ?? outcome.bestStep
    return Symptom(
      rule: name, status: curve.points.count < shortLog ? .healthy : .suspicious, step: step,
      columns: [outcome.column],
      evidence:
        "The \(outcome.words) fell below half of \(Words.number(finding.episodes[0].reference)) at step "
        + "\(step) and was back at step \(finding.recoveryStep ?? outcome.lastStep).",
      cause: "The rate is near the limit of what this start can bear.",
      advice: "Lower the rate, or warm up for longer.")
  }
}

import Checkpoints
import LinearAlgebra

/// An evaluation loss that rises from its least while the training loss falls.
public enum OverfittingRule: HealthRule {
  public static let name = "overfitting"
  public static let summary = "the evaluation loss rises while the training loss falls"

  /// How far the evaluation loss must rise, as a share of its least: for a remark, and for a fault.
  static let remark = 0.02, fault = 0.05
  static let fewest = 4

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard !run.isReinforcement else { return .notMeant }
    guard let evaluation = run.log.curve(of: .evaluationLoss) else {
      return .notLogged(.evaluationLoss)
    }
    let points = evaluation.points
    guard points.count >= fewest, let least = points.min(by: { $0.value < $1.value }) else {
      return .tooShort(evaluation.column)
    }
    guard let training = run.log.curve(of: .loss) else { return .notLogged(.loss) }
    guard training.points.count >= fewest else { return .tooShort(training.column) }
    let after = points.filter { $0.step > least.step }
    let last = after.suffix(max(2, points.count / 5)).map(\.value)
    guard last.count > 1, let end = SampleMoments.mean(of: last) else { return .clear }
    // The noise from there on: before, the curve may be steep and bent.
    let noise = SmoothedCurve([least] + after).error(ofMeansOver: 1, and: last.count)
    let rise = end - least.value
    guard rise > remark * abs(least.value), rise > CurveCourse.certainty * noise else {
      return .clear
    }
    // The training loss then, and at the end, over as long a stretch.
    let span = max(3, training.points.count / 10)
    let then = training.points.filter { $0.step <= least.step }.suffix(span).map(\.value)
    let now = training.points.suffix(span).map(\.value)
    guard let before = SampleMoments.mean(of: then), let latest = SampleMoments.mean(of: now),
      latest < before
    else { return .clear }
    return .found(
      Symptom(
        rule: name, status: rise > fault * abs(least.value) ? .suspicious : .healthy,
        step: least.step, columns: [evaluation.column, training.column],
        evidence: "The evaluation loss ('\(evaluation.column)') was least at step \(least.step), "
          + "\(Words.number(least.value)), and rose to \(Words.number(end)), while the training loss fell from "
          + "\(Words.number(before)) to \(Words.number(latest)).",
        cause: "The run learns its examples by heart.",
        advice:
          "\(run.checkpoint(upTo: least.step)), and train for fewer epochs, on more data, "
          + "or with a smaller rank."))
  }
}

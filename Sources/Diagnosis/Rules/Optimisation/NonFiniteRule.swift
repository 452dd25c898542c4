import Checkpoints
import Spectra

/// NaN or infinity in the weights, or in what was logged of the loss and the outcome.
public enum NonFiniteRule: HealthRule {
  public static let name = "non-finite"
  public static let summary = "NaN or infinity in weights, loss, reward or gradient"

  public static func examine(_ run: ExaminedRun) -> Examination {
    if let symptom = inWeights(of: run) ?? inLog(of: run) { return .found(symptom) }
    let isKnown = !run.steps.isEmpty || run.log.curve(of: .loss) != nil
    return isKnown ? .clear : .notLogged(.loss)
  }

  private static func inWeights(of run: ExaminedRun) -> Symptom? {
    guard let first = run.steps.first(where: { !$0.nonFiniteModules.isEmpty }),
      let broken = run.steps.last(where: { !$0.nonFiniteModules.isEmpty })
    else { return nil }
    let unusable = run.unusable.filter { $0.identity.step == broken.step }
    let names = broken.nonFiniteModules
    let areMatrices = names.count == unusable.count
    let isOverflow = areMatrices && unusable.allSatisfy(\.isOverflow)
    let subject =
      areMatrices ? ("1 matrix holds", "matrices hold") : ("1 tensor holds", "tensors hold")
    return Symptom(
      rule: name, status: .nonFinite, step: first.step,
      evidence: (names.count == 1 ? subject.0 : "\(names.count) \(subject.1)")
        + (isOverflow ? " numbers too large to square" : " NaN or infinity")
        + " at step \(broken.step): \(names.prefix(3).joined(separator: ", "))"
        + (names.count > 3 ? ", …." : ".")
        + (run.steps.last.map {
          $0.step > broken.step ? " At step \($0.step), the last, none does." : ""
        }
          ?? ""),
      cause: "A step was so large that numbers overflowed, or a loss was undefined.",
      advice:
        "\(run.checkpoint(upTo: first.step - 1)), and train from there at a third of the rate, with "
        + "bfloat16 in place of float16.")
  }

  private static func inLog(of run: ExaminedRun) -> Symptom? {
    for quantity in [LoggedQuantity.loss, .evaluationLoss, .reward, .rewardMargin, .gradientNorm] {
      guard let (column, steps) = run.log.nonFiniteSteps(of: quantity) else { continue }
      let curve = run.log.curve(of: quantity)
      let last = curve?.points.last?.step ?? .min
      let isLasting = last < steps.upperBound
      return Symptom(
        rule: name, status: isLasting && quantity != .gradientNorm ? .nonFinite : .suspicious,
        step: steps.lowerBound, columns: [column],
        evidence: "'\(column)' is NaN or infinite from step \(steps.lowerBound)"
          + (isLasting
            ? " to the end." : " to step \(steps.upperBound) at times, and finite at the end."),
        cause: "Numbers overflowed, a batch had no token to learn from, or a logarithm met zero.",
        advice:
          "\(run.checkpoint(upTo: curve?.soundStep(before: steps.lowerBound) ?? 0)). Look for empty answers in the data, and train at a "
          + "third of the rate, with bfloat16 in place of float16.")
    }
    return nil
  }
}

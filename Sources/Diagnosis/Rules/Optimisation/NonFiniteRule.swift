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
    guard let step = run.steps.first(where: { !$0.nonFiniteModules.isEmpty }) else { return nil }
    let bad = run.modules.filter { $0.nonFiniteCount > 0 }
    let isOverflow = !bad.isEmpty && bad.allSatisfy(\.isOverflow)
    let isLasting = run.steps.last.map { !$0.nonFiniteModules.isEmpty } ?? false
    let count = step.nonFiniteModules.count
    return Symptom(
      rule: name, status: isLasting ? .nonFinite : .suspicious, step: step.step,
      evidence: "\(count) \(count == 1 ? "matrix holds" : "matrices hold") "
        + (isOverflow ? "numbers too large to square" : "NaN or infinity")
        + " at step \(step.step): \(step.nonFiniteModules.prefix(3).joined(separator: ", "))"
        + (count > 3 ? ", …." : "."),
      cause: "A step was so large that numbers overflowed, or a loss was undefined.",
      advice:
        "\(run.checkpoint(upTo: step.step - 1)), and train from there at a third of the rate, with "
        + "bfloat16 in place of float16.")
  }

  private static func inLog(of run: ExaminedRun) -> Symptom? {
    for quantity in [LoggedQuantity.loss, .evaluationLoss, .reward, .rewardMargin, .gradientNorm] {
      guard let (column, steps) = run.log.nonFiniteSteps(of: quantity) else { continue }
      let last = run.log.curve(of: quantity)?.points.last?.step ?? .min
      let isLasting = last < steps.upperBound
      return Symptom(
        rule: name, status: isLasting && quantity != .gradientNorm ? .nonFinite : .suspicious,
        step: steps.lowerBound, columns: [column],
        evidence: "'\(column)' is NaN or infinite from step \(steps.lowerBound)"
          + (isLasting
            ? " to the end." : " to step \(steps.upperBound) at times, and finite at the end."),
        cause: "Numbers overflowed, a batch had no token to learn from, or a logarithm met zero.",
        advice:
          "\(run.checkpoint(upTo: steps.lowerBound - 1)). Look for empty answers in the data, and train at a "
          + "third of the rate, with bfloat16 in place of float16.")
    }
    return nil
  }
}

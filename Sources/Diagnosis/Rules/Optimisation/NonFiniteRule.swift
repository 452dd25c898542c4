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
        "\(run.checkpoint(upTo: first.step - 1)), and train from there at \(run.lowerRate), with "
        + "bfloat16 in place of float16.")
  }

  /// The worst of what was logged, in the order of quantities.
  private static func inLog(of run: ExaminedRun) -> Symptom? {
    let found = [LoggedQuantity.loss, .evaluationLoss, .reward, .rewardMargin, .gradientNorm]
      .compactMap { symptom(of: $0, in: run) }
    return found.first { $0.status == .nonFinite } ?? found.first
  }

  private static func symptom(of quantity: LoggedQuantity, in run: ExaminedRun) -> Symptom? {
    guard let (column, steps) = run.log.nonFiniteSteps(of: quantity) else { return nil }
    let isLasting = steps.lastingFrom != nil
    let extent =
      steps.lastingFrom.map { start in
        (steps.first < start ? "at times from step \(steps.first) on, and " : "")
          + "from step \(start) to the end"
      }
      ?? (steps.first == steps.last
        ? "at step \(steps.first), and finite after it"
        : "at times from step \(steps.first) to step \(steps.last), and finite after that")
    let step = steps.lastingFrom ?? steps.first
    return Symptom(
      rule: name, status: isLasting && quantity != .gradientNorm ? .nonFinite : .suspicious,
      step: step, columns: [column], evidence: "'\(column)' is NaN or infinite \(extent).",
      cause: "Numbers overflowed, a batch had no token to learn from, or a logarithm met zero.",
      advice:
        "\(run.checkpoint(upTo: run.log.curve(of: quantity)?.soundStep(before: step) ?? 0)). Look for empty answers in the "
        + "data, and train at \(run.lowerRate), with bfloat16 in place of float16.")
  }
}

import Spectra

/// An update as large as the weights that it changes.
public enum UpdateSizeRule: HealthRule {
  public static let name = "update-size"
  public static let summary = "the update is nearly as large as its base"

  /// ‖ΔW‖ / ‖W‖ in the median over matrices, for a remark and for a fault. What is trained at usual rates stays below 0.1;
  /// the largest of a healthy run that was recorded is 0.54, on a tiny model.
  static let remark = 0.35, fault = 1.0

  /// By how much a rate is too high that made an update as large as its base. Adam's updates grow with the rate, and the
  /// product of two trained factors with its square: a rate that made a larger update is too high by as much more.
  private static let faultDivisor = 10.0

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard let last = run.steps.last, let size = last.medians[RelativeUpdateNorm.name] else {
      return .skipped("no base")
    }
    guard size >= remark else { return .clear }
    if let other = OtherBase(of: run) { return .found(symptom(of: other, size: size)) }
    let first = run.steps.first {
      $0.step > 0 && $0.step < last.step && $0.medians[RelativeUpdateNorm.name] ?? 0 > 0
    }
    let early = first.flatMap { summary in
      summary.medians[RelativeUpdateNorm.name].map {
        " At step \(summary.step) it was \(Words.multiple($0)) its base."
      }
    }
    return .found(
      Symptom(
        rule: name, status: size >= fault ? .suspicious : .healthy, step: last.step,
        columns: [RelativeUpdateNorm.name],
        evidence: "The median update is \(Words.multiple(size)) its base"
          + (run.settings.learningRate.map {
            last.step > 0 ? ", after \(last.step) steps at a rate of \(Words.rate($0))" : ""
          } ?? "")
          + "." + (early ?? ""),
        cause: size >= fault
          ? "The rate is far above what the weights can bear, or this is not the base."
          : "The weights are far from their base, which may cost what the base could do; or this is not the base.",
        advice: size >= fault
          ? "Check the base, and train at \(run.lowerRate)."
          : "Check the base, and try what it could do before. At \(run.lowerRate) the weights stay nearer to it."
      ))
  }

  private static func symptom(of other: OtherBase, size: Double) -> Symptom {
    Symptom(
      rule: name, status: .suspicious, step: other.step, columns: [RelativeUpdateNorm.name],
      evidence: "The median update is \(Words.multiple(size)) its base, and \(other.evidence).",
      cause: "This is probably not the base that it was trained on.",
      advice:
        "Give the base that training started from with --base. Against this one, the weights say nothing of the "
        + "training, nor of its rate.")
  }

  /// By what the rate of a run should be divided; nil if its update is not too large, or is none of this base.
  static func rateDivisor(of run: ExaminedRun) -> Double? {
    guard let size = run.steps.last?.medians[RelativeUpdateNorm.name], size >= fault,
      OtherBase(of: run) == nil
    else {
      return nil
    }
    return faultDivisor * (run.settings.rank == nil ? size : size.squareRoot()).rounded()
  }
}

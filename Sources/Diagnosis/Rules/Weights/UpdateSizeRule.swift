import Spectra

/// An update as large as the weights that it changes.
public enum UpdateSizeRule: HealthRule {
  public static let name = "update-size"
  public static let summary = "the update is nearly as large as its base"

  /// ‖ΔW‖ / ‖W‖ in the median over matrices. Of the healthy runs of the study, whose rates reach the highest that learn,
  /// the largest is 0.25; what is trained at usual rates stays below 0.1.
  static let limit = 0.35

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard let last = run.steps.last, let size = last.medians[RelativeUpdateNorm.name] else {
      return .skipped("no base")
    }
    guard size >= limit else { return .clear }
    let first = run.steps.first {
      $0.step > 0 && $0.step < last.step && $0.medians[RelativeUpdateNorm.name] ?? 0 > 0
    }
    let early = first.flatMap { summary in
      summary.medians[RelativeUpdateNorm.name].map {
        " At step \(summary.step) it had moved by \(Words.percent($0))."
      }
    }
    return .found(
      Symptom(
        rule: name, status: .suspicious, step: last.step, columns: [RelativeUpdateNorm.name],
        evidence: "The median update is \(Words.multiple(size)) its base"
          + (run.settings.learningRate.map {
            ", after \(last.step) steps at a rate of \(Words.rate($0))"
          } ?? "")
          + "." + (early ?? ""),
        cause: "The rate is far above what the weights can bear, or this is not the base.",
        advice: "Check the base, and train at a tenth of the rate\(run.rate(dividedBy: 10))."))
  }
}

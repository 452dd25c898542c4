import Spectra

/// An update that is lost in rounding when it is merged.
public enum StorageRule: HealthRule {
  public static let name = "storage"
  public static let summary =
    "the update is lost in rounding when it is merged into the base's type"

  /// The share of the update that survives: less is a remark, much less a fault.
  static let remark = 0.9, fault = 0.5

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard let last = run.steps.last, let survival = last.medians[StorageSurvival.name] else {
      return .skipped("no \(StorageSurvival.name)")
    }
    guard survival < remark else { return .clear }
    return .found(
      Symptom(
        rule: name, status: survival < fault ? .suspicious : .healthy, step: last.step,
        columns: [StorageSurvival.name],
        evidence:
          "\(Words.percent(max(0, survival))) of the median update would survive a merge into the type of the base"
          + (last.medians[BF16UpdateSparsity.name].map {
            "; \(Words.percent($0)) of the entries would not change in bfloat16."
          } ?? "."),
        cause: "The update of an entry is smaller than the distance of two numbers of that type.",
        advice:
          "Keep the adapter separate, or merge in float32. If little was learnt, train longer"
          + (run.higherRate.map { " or at \($0)" } ?? "") + "."))
  }
}

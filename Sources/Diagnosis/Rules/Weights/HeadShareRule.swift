import LinearAlgebra
import Spectra

/// An update that sits on the base's dominant directions.
public enum HeadShareRule: HealthRule {
  public static let name = "head-share"
  public static let summary = "the update sits on the base's dominant directions"

  /// How many times chance, and how many of its deviations.
  static let factor = 2.0, deviations = 2.0

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard let last = run.steps.last, let share = last.medians[HeadShareRight.name],
      let score = last.medians[NullZRight.name],
      let chance = SampleQuantile.median(
        of: run.modules.compactMap { module in
          module.nulls.first { $0.metric == HeadShareRight.name }?.mean
        })
    else { return .skipped("no \(HeadShareRight.name)") }
    guard share > factor * chance, score > deviations else { return .clear }
    let isMeant = run.settings.start?.hasPrefix("pissa") ?? false
    return .found(
      Symptom(
        rule: name, status: .healthy, step: last.step,
        columns: [HeadShareRight.name, NullZRight.name],
        evidence:
          "\(Words.percent(share)) of the median update acts on the base's strongest input directions; a random "
          + "update would put \(Words.percent(chance)) there.",
        cause: isMeant
          ? "That is where PiSSA starts."
          : "The gradient lies where the base already acts most.",
        advice: run.isReinforcement
          ? "If the run dies, try a start off these directions (LoRA), or \(run.lowerRate): a small step here "
            + "changes the output most."
          : "Compare answers to other tasks with those of the base: these directions carry most of what it knows."
      ))
  }
}

import Checkpoints
import LinearAlgebra

/// Parts of the reward of which one rises at the cost of another.
public enum RewardComponentsRule: HealthRule {
  public static let name = "reward-components"
  public static let summary = "one part of the reward rises while another falls"

  /// What part of its start a component must lose.
  static let loss = 0.25

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard run.isReinforcement else { return .notMeant }
    let components = run.log.curves.filter { isComponent($0.key) }
      .compactMapValues { CurveCourse($0) }.sorted { $0.key < $1.key }
    guard components.count > 1 else { return .skipped("the reward has one part") }
    guard
      let risen = components.filter(\.value.hasRisen).max(by: { $0.value.change < $1.value.change }
      ),
      let fallen = components.filter({
        $0.value.hasFallen && -$0.value.change > loss * abs($0.value.start)
      })
      .min(by: { $0.value.change < $1.value.change })
    else { return .clear }
    return .found(
      Symptom(
        rule: name, status: .suspicious, columns: [risen.key, fallen.key],
        evidence:
          "'\(risen.key)' rose from \(Words.number(risen.value.start)) to \(Words.number(risen.value.end)), while "
          + "'\(fallen.key)' fell from \(Words.number(fallen.value.start)) to \(Words.number(fallen.value.end)).",
        cause:
          "The policy has found that one part is had more cheaply than the other: the sum rises, the task may not.",
        advice:
          "Read some answers. Weight the part that fell higher, or give the other only where it is earned."
      ))
  }

  /// `rewards/NAME/mean`, `rewards/NAME`, but no spread and nothing of pairs.
  private static func isComponent(_ column: String) -> Bool {
    column.hasPrefix("rewards/") && !column.hasSuffix("/std")
  }
}

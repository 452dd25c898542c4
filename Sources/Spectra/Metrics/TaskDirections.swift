// Which directions of the base a training changed most for their size: δᵢ = |uᵢᵀ ΔW vᵢ| / σᵢ.
//
// **Source:** Si, Yang, Shen, "Unleashing the power of task-specific directions in parameter efficient fine-tuning", 2024,
// arXiv 2409.01035.

/// The largest change rate, maxᵢ δᵢ. Range: ≥ 0. Divided by σᵢ, the rate favours the smallest singular values, in a random
/// update too: only the excess over the sampled null says something of a task.
public enum TaskDirectionRate: ChangeMetric {
  public static let name = "task_direction_rate"
  public static let summary = "Largest change of a singular direction of the base, over its size"
  public static let range = "≥ 0"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.taskDirections(count: 1).first?.changeRate
  }
}

/// The singular index i of the largest change rate, from 0. Range: 0 … p − 1.
public enum TaskDirectionIndex: ChangeMetric {
  public static let name = "task_direction_index"
  public static let summary = "Singular index of the direction that changed most for its size"
  public static let range = "0 … p − 1"
  public static let unit = "count"

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.taskDirections(count: 1).first.map { Double($0.index) }
  }
}

/// The share of the update on the diagonal of the base's singular bases, Σᵢ (uᵢᵀ ΔW vᵢ)² / ‖ΔW‖_F²: what scales
/// directions of the base without turning them. Range: [0, 1]; 1/max(m, n) in the mean over random orientations.
public enum TaskDirectionShare: ChangeMetric {
  public static let name = "task_direction_share"
  public static let summary = "Share of the update that scales singular directions of the base"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    guard change.knowsWholeBase else { return nil }
    return ratio(
      change.alignedChanges.reduce(0) { $0 + $1 * $1 }, change.update.energy
    ).map { min(1, $0) }
  }
}

extension ChangeMeasurements {
  /// How many task-specific directions are listed; as many as LoRA-Dash trains.
  static let taskDirectionCount = 8

  /// The directions with the largest change rates, the largest first.
  ///
  /// Rates that agree to nine digits count as equal; of equal ones the smaller index comes first. A direction whose singular
  /// value may be rounding has no rate. None if only the base's leading directions are known.
  func taskDirections(count: Int = taskDirectionCount) -> [TaskDirection] {
    guard knowsWholeBase, hasBaseDirections else { return [] }
    var rest = base.values.indices.filter { base.values[$0] > base.tolerance }.map {
      TaskDirection(
        index: $0, baseSingularValue: base.values[$0], alignedChange: alignedChanges[$0])
    }
    var chosen = [TaskDirection]()
    while chosen.count < count, let largest = rest.map(\.changeRate).max(),
      let place = rest.firstIndex(where: { $0.changeRate >= largest * (1 - 1e-9) })
    {
      chosen.append(rest.remove(at: place))
    }
    return chosen
  }
}

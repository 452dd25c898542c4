/// A number that describes how one matrix moved over the checkpoints of a run: a column of trajectory.csv.
public protocol PathMetric: Metric {
  /// The metric of a path; nil if it has no meaning there. Its null is the metric of ``UpdatePath/randomWalk()``.
  static func value(of path: UpdatePath) -> Double?
}

/// Every metric of a path, in the order of the columns of trajectory.csv. A new one is a type in
/// `Trajectories/Metrics` and one line here.
public enum PathMetricRegistry {
  public static let all: [any PathMetric.Type] = [
    PathFirstShare.self,
    PathEffectiveDimension.self,
    PathLinearity.self,
    IncrementCosine.self,
    ExtrapolationError.self,
    RankOneExtrapolationError.self,
  ]

  /// The names of all columns.
  public static var names: [String] { all.map { $0.name } }

  /// Those of the wanted metrics that have a meaning for this path.
  static func values(of path: UpdatePath, wanted: Set<String>) -> [String: Double] {
    all.reduce(into: [:]) { values, metric in
      if wanted.contains(metric.name), let value = metric.value(of: path), value.isFinite {
        values[metric.name] = value
      }
    }
  }
}

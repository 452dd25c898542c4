import Diagnosis
import Spectra

/// heads.csv: one row for each attention head of each weight that is made of heads.
enum HeadsTable {
  static func bytes(of analysis: Analysis) -> [UInt8] {
    var table = CSVTable(columns: [
      "run", "step", "module", "head", "head_is", "update_share", "null_mean",
      "null_standard_deviation",
    ])
    for module in analysis.modules {
      guard let heads = module.heads else { continue }
      for (head, share) in heads.shares.enumerated() {
        table.add(module.identity.run)
        table.add(module.identity.step)
        table.add(module.identity.module)
        table.add(head)
        table.add(heads.areRows ? "rows" : "columns")
        table.add(share)
        table.add(heads.nullMean)
        table.add(heads.nullStandardDeviation)
        table.endRow()
      }
    }
    return table.bytes
  }
}

/// trajectory.csv: one row for each matrix of each run, each metric of its path followed by its null.
enum TrajectoryTable {
  static func bytes(of analysis: Analysis) -> [UInt8] {
    var table = CSVTable(
      columns: MetricsTable.identityColumns + ["origin", "points"]
        + PathMetricRegistry.names.flatMap { [$0, "null_\($0)"] })
    for trajectory in analysis.trajectories {
      table.add(trajectory.identity)
      table.add(trajectory.origin)
      table.add(trajectory.points.count)
      for name in PathMetricRegistry.names {
        table.add(trajectory.metrics[name])
        table.add(trajectory.nulls[name])
      }
      table.endRow()
    }
    return table.bytes
  }
}

/// path.csv: one row for each checkpoint on the path of each matrix.
enum PathTable {
  static func bytes(of analysis: Analysis) -> [UInt8] {
    var table = CSVTable(columns: [
      "run", "module", "step", "coefficient", "increment_norm", IncrementCosine.name,
    ])
    for trajectory in analysis.trajectories {
      for point in trajectory.points {
        table.add(trajectory.identity.run)
        table.add(trajectory.identity.module)
        table.add(point.step)
        table.add(point.coefficient)
        table.add(point.incrementNorm)
        table.add(point.incrementCosine)
        table.endRow()
      }
    }
    return table.bytes
  }
}

import Diagnosis
import Spectra

/// heads.csv: one row for each attention head of each weight that is made of heads.
struct HeadsTable: ResultTable {
  static let name = "heads"
  let columns = [
    "run", "step", "module", "head", "head_is", "update_share", "null_mean",
    "null_standard_deviation",
  ]

  func addRows(of module: ModuleAnalysis, to table: inout CSVTable) {
    guard let heads = module.heads else { return }
    for (head, share) in heads.shares.enumerated() {
      table.addPlace(of: module, head)
      table.add(heads.areRows ? "rows" : "columns")
      table.add(share)
      table.add(heads.nullMean)
      table.add(heads.nullStandardDeviation)
      table.endRow()
    }
  }
}

/// trajectory.csv: one row for each matrix of each run, each metric of its path followed by its null.
struct TrajectoryTable: ResultTable {
  static let name = "trajectory"

  var columns: [String] {
    MetricsTable.identityColumns + ["origin", "points"]
      + PathMetricRegistry.names.flatMap { [$0, "null_\($0)"] }
  }

  func addRows(of trajectory: ModuleTrajectory, to table: inout CSVTable) {
    table.add(trajectory.identity)
    table.add(trajectory.origin)
    table.add(trajectory.points.count)
    for name in PathMetricRegistry.names {
      table.add(trajectory.metrics[name])
      table.add(trajectory.nulls[name])
    }
    table.endRow()
  }
}

/// path.csv: one row for each checkpoint on the path of each matrix.
struct PathTable: ResultTable {
  static let name = "path"
  let columns = [
    "run", "module", "step", "coefficient", "increment_norm", IncrementCosine.name,
  ]

  func addRows(of trajectory: ModuleTrajectory, to table: inout CSVTable) {
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
}

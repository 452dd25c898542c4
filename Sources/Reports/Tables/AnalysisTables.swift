import Diagnosis
import Spectra

/// The tables of an analysis as files, each with one header line.
enum AnalysisTables {
  static func files(of analysis: Analysis) -> [ReportFile] {
    [
      ReportFile(name: "metrics.csv", bytes: MetricsTable.bytes(of: analysis)),
      ReportFile(name: "spectra.csv", bytes: SpectraTable.bytes(of: analysis)),
      ReportFile(name: "projection.csv", bytes: ProjectionTable.bytes(of: analysis)),
      ReportFile(name: "base_spectra.csv", bytes: BaseSpectraTable.bytes(of: analysis)),
      ReportFile(name: "base_projection.csv", bytes: BaseProjectionTable.bytes(of: analysis)),
      ReportFile(name: "nulls.csv", bytes: NullsTable.bytes(of: analysis)),
      ReportFile(name: "vectors.csv", bytes: VectorsTable.bytes(of: analysis)),
      ReportFile(name: "history.csv", bytes: HistoryTable.bytes(of: analysis)),
      ReportFile(name: "heads.csv", bytes: HeadsTable.bytes(of: analysis)),
      ReportFile(name: "directions.csv", bytes: DirectionsTable.bytes(of: analysis)),
      ReportFile(name: "trajectory.csv", bytes: TrajectoryTable.bytes(of: analysis)),
      ReportFile(name: "path.csv", bytes: PathTable.bytes(of: analysis)),
    ]
  }
}

/// nulls.csv: what each metric would be for an update in a random orientation. `samples` is empty where
/// the moments are known in closed form.
enum NullsTable {
  static func bytes(of analysis: Analysis) -> [UInt8] {
    var table = CSVTable(columns: [
      "run", "step", "module", "metric", "null_mean", "null_standard_deviation", "samples",
    ])
    for module in analysis.modules {
      for null in module.nulls {
        table.add(module.identity.run)
        table.add(module.identity.step)
        table.add(module.identity.module)
        table.add(null.metric)
        table.add(null.mean)
        table.add(null.standardDeviation)
        table.add(null.samples)
        table.endRow()
      }
    }
    return table.bytes
  }
}

/// vectors.csv: biases and gains that changed.
enum VectorsTable {
  static func bytes(of analysis: Analysis) -> [UInt8] {
    var table = CSVTable(columns: [
      "run", "method", "seed", "step", "tensor", "length", "update_norm", RelativeUpdateNorm.name,
    ])
    for vector in analysis.vectors {
      table.add(vector.identity.run)
      table.add(vector.identity.method)
      table.add(vector.identity.seed)
      table.add(vector.identity.step)
      table.add(vector.identity.module)
      table.add(vector.identity.rows)
      table.add(vector.updateNorm)
      table.add(vector.relativeUpdateNorm)
      table.endRow()
    }
    return table.bytes
  }
}

/// directions.csv: the directions of the base that changed most for their size, the largest change rate first.
enum DirectionsTable {
  static func bytes(of analysis: Analysis) -> [UInt8] {
    var table = CSVTable(columns: [
      "run", "step", "module", "place", "index", "base_singular_value", "aligned_change",
      "change_rate",
    ])
    for module in analysis.modules {
      for (place, direction) in module.taskDirections.enumerated() {
        table.add(module.identity.run)
        table.add(module.identity.step)
        table.add(module.identity.module)
        table.add(place)
        table.add(direction.index)
        table.add(direction.baseSingularValue)
        table.add(direction.alignedChange)
        table.add(direction.changeRate)
        table.endRow()
      }
    }
    return table.bytes
  }
}

/// history.csv: what the trainers logged, one row for each number, by run, column and step.
enum HistoryTable {
  static func bytes(of analysis: Analysis) -> [UInt8] {
    var table = CSVTable(columns: ["run", "column", "step", "value"])
    for run in analysis.runs {
      for (column, curve) in run.curves.sorted(by: { $0.key < $1.key }) {
        for point in curve {
          table.add(run.name)
          table.add(column)
          table.add(point.step)
          table.add(point.value)
          table.endRow()
        }
      }
    }
    return table.bytes
  }
}

extension CSVTable {
  /// The cells of ``MetricsTable/identityColumns``.
  mutating func add(_ identity: ModuleIdentity) {
    add(identity.run)
    add(identity.method)
    add(identity.seed)
    add(identity.step)
    add(identity.module)
    add(identity.layer)
    add(identity.kind)
    add(identity.rows)
    add(identity.columns)
  }
}

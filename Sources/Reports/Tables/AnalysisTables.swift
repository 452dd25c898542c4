import Diagnosis
import Spectra

/// The tables of an analysis as files, each with one header line.
package enum AnalysisTables {
  private static let all:
    [(name: String, file: @Sendable (Analysis, ResultsOverview) -> ReportFile)] = [
      (MetricsTable.name, { MetricsTable(of: $0, $1).file(of: $0.modules) }),
      (SpectraTable.name, { analysis, _ in SpectraTable().file(of: analysis.modules) }),
      (ProjectionTable.name, { analysis, _ in ProjectionTable().file(of: analysis.modules) }),
      (BaseSpectraTable.name, { analysis, _ in BaseSpectraTable().file(of: analysis.modules) }),
      (
        BaseProjectionTable.name,
        { analysis, _ in BaseProjectionTable().file(of: analysis.modules) }
      ),
      (NullsTable.name, { analysis, _ in NullsTable().file(of: analysis.modules) }),
      (VectorsTable.name, { analysis, _ in VectorsTable.file(of: analysis) }),
      (HistoryTable.name, { analysis, _ in HistoryTable.file(of: analysis) }),
      (HeadsTable.name, { analysis, _ in HeadsTable().file(of: analysis.modules) }),
      (DirectionsTable.name, { analysis, _ in DirectionsTable().file(of: analysis.modules) }),
      (TrajectoryTable.name, { analysis, _ in TrajectoryTable().file(of: analysis.trajectories) }),
      (PathTable.name, { analysis, _ in PathTable().file(of: analysis.trajectories) }),
    ]

  /// What tables there are: the names of their files without `.csv`.
  package static var names: [String] { all.map(\.name) }

  /// - Parameter wanted: Names of tables.
  static func files(
    of analysis: Analysis, _ overview: ResultsOverview, wanted: Set<String>
  ) -> [ReportFile] {
    all.filter { wanted.contains($0.name) }.map { $0.file(analysis, overview) }
  }
}

/// nulls.csv: what each metric would be for an update in a random orientation. `samples` is empty where
/// the moments are known in closed form.
struct NullsTable: ResultTable {
  static let name = "nulls"
  let columns = [
    "run", "step", "module", "metric", "null_mean", "null_standard_deviation", "samples",
  ]

  func addRows(of module: ModuleAnalysis, to table: inout CSVTable) {
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
}

/// vectors.csv: biases and gains that changed.
enum VectorsTable {
  static let name = "vectors"

  static func file(of analysis: Analysis) -> ReportFile {
    ReportFile(name: "\(name).csv", bytes: bytes(of: analysis))
  }

  private static func bytes(of analysis: Analysis) -> [UInt8] {
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
struct DirectionsTable: ResultTable {
  static let name = "directions"
  let columns = [
    "run", "step", "module", "place", "index", "base_singular_value", "aligned_change",
    "change_rate",
  ]

  func addRows(of module: ModuleAnalysis, to table: inout CSVTable) {
    for (place, direction) in module.taskDirections.enumerated() {
      table.addPlace(of: module, place)
      table.add(direction.index)
      table.add(direction.baseSingularValue)
      table.add(direction.alignedChange)
      table.add(direction.changeRate)
      table.endRow()
    }
  }
}

/// history.csv: what the trainers logged, one row for each number, by run, column and step.
enum HistoryTable {
  static let name = "history"

  static func file(of analysis: Analysis) -> ReportFile {
    ReportFile(name: "\(name).csv", bytes: bytes(of: analysis))
  }

  private static func bytes(of analysis: Analysis) -> [UInt8] {
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

import Diagnosis
import Spectra

/// metrics.csv: one row for each matrix of each checkpoint, with how its run was trained; beside each metric that has one
/// the mean of its null.
struct MetricsTable: ResultTable {
  static let name = "metrics"
  static let identityColumns = [
    "run", "method", "seed", "step", "module", "layer", "kind", "rows", "columns",
  ]
  private static let settingColumns = [
    "trainer", "training", "learning_rate", "rank", "alpha", "trained_parameters",
  ]

  private let settings: [String: RunSettings]
  private let withNulls: Set<String>

  init(of analysis: Analysis, _ overview: ResultsOverview) {
    settings = Dictionary(analysis.runs.map { ($0.name, $0.settings) }) { first, _ in first }
    withNulls = overview.metricsWithNull
  }

  var columns: [String] {
    Self.identityColumns + Self.settingColumns
      + MetricRegistry.names.flatMap { name in
        withNulls.contains(name) ? [name, "\(name)_null"] : [name]
      }
  }

  func addRows(of module: ModuleAnalysis, to table: inout CSVTable) {
    table.add(module.identity)
    add(settings[module.identity.run] ?? RunSettings(), to: &table)
    for name in MetricRegistry.names {
      table.add(module.metrics[name])
      if withNulls.contains(name) { table.add(module.nulls.first { $0.metric == name }?.mean) }
    }
    table.endRow()
  }

  private func add(_ settings: RunSettings, to table: inout CSVTable) {
    table.add(settings.trainer ?? "")
    table.add(settings.kind.rawValue)
    table.add(settings.learningRate)
    table.add(settings.rank)
    table.add(settings.alpha)
    table.add(settings.trainedParameters)
  }
}

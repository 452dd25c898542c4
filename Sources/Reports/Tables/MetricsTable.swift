import Diagnosis
import Spectra

/// metrics.csv: one row for each matrix of each checkpoint, with how its run was trained; beside each metric that has one
/// the mean of its null.
enum MetricsTable {
  private static let identityColumns = [
    "run", "method", "seed", "step", "module", "layer", "kind", "rows", "columns",
  ]
  private static let settingColumns = [
    "trainer", "training", "learning_rate", "rank", "alpha", "trained_parameters",
  ]

  static func bytes(of analysis: Analysis) -> [UInt8] {
    let withNulls = Set(analysis.modules.flatMap { $0.nulls.map(\.metric) })
    var table = CSVTable(
      columns: identityColumns + settingColumns
        + MetricRegistry.names.flatMap { name in
          withNulls.contains(name) ? [name, "\(name)_null"] : [name]
        })
    let settings = Dictionary(analysis.runs.map { ($0.name, $0.settings) }) { first, _ in first }
    for module in analysis.modules {
      add(module.identity, to: &table)
      add(settings[module.identity.run] ?? RunSettings(), to: &table)
      for name in MetricRegistry.names {
        table.add(module.metrics[name])
        if withNulls.contains(name) { table.add(module.nulls.first { $0.metric == name }?.mean) }
      }
      table.endRow()
    }
    return table.bytes
  }

  private static func add(_ identity: ModuleIdentity, to table: inout CSVTable) {
    table.add(identity.run)
    table.add(identity.method)
    table.add(identity.seed)
    table.add(identity.step)
    table.add(identity.module)
    table.add(identity.layer)
    table.add(identity.kind)
    table.add(identity.rows)
    table.add(identity.columns)
  }

  private static func add(_ settings: RunSettings, to table: inout CSVTable) {
    table.add(settings.trainer ?? "")
    table.add(settings.kind.rawValue)
    table.add(settings.learningRate)
    table.add(settings.rank)
    table.add(settings.alpha)
    table.add(settings.trainedParameters)
  }
}

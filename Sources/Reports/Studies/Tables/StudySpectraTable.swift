import Spectra
import Studies

/// steps.csv: one row for each step of each run that was looked at, with the median of each metric over
/// matrices.
enum StudySpectraTable {
  static func bytes(of study: StudyResults) -> [UInt8] {
    let metrics = MetricColumns.ordered(study.metricNames)
    var table = CSVTable(
      columns: ["run", "step", "changed_modules", "modules", "collapse_score"] + metrics)
    for run in study.runs {
      for summary in run.steps {
        table.add(run.name)
        table.add(summary.step)
        table.add(summary.changedModules)
        table.add(summary.modules)
        table.add(summary.collapseScore)
        for metric in metrics { table.add(summary.medians[metric]) }
        table.endRow()
      }
    }
    return table.bytes
  }
}

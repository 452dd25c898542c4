import Spectra
import Studies

/// runs.csv: one row for each run, with the medians of its last step and its probes.
enum RunsTable {
  static func bytes(of study: StudyResults) -> [UInt8] {
    let metrics = MetricColumns.ordered(
      study.runs.flatMap { run in run.lastSummary.map { Array($0.medians.keys) } ?? [] })
    let probes = Set(study.runs.flatMap(\.probes.keys)).sorted()
    var table = CSVTable(
      columns: ["run", "arm"] + CSVTable.factorColumns + [
        "seed", "trained_parameters", "start_score", "final_score", "collapsed", "collapse_step",
        "failure", "last_step",
      ] + metrics + probes.map { "probe_\($0)" })
    for run in study.runs {
      table.add(run.name)
      table.add(run.arm)
      table.add(run.factors)
      table.add(run.seed)
      table.add(run.trainedParameters)
      table.add(run.startScore)
      table.add(run.finalScore)
      table.add(run.isCollapsed)
      table.add(run.lossStep)
      table.add(run.failure ?? "")
      table.add(run.lastSummary?.step)
      for metric in metrics { table.add(run.final(metric)) }
      for probe in probes { table.add(run.probes[probe]) }
      table.endRow()
    }
    return table.bytes
  }
}

import Studies

/// comparison.csv: one row for each arm at each learning rate; medians are means over its runs.
enum ComparisonTable {
  static func bytes(of comparison: StudyComparison) -> [UInt8] {
    let metrics = MetricColumns.ordered(comparison.summaries.flatMap(\.medians.keys))
    var table = CSVTable(
      columns: ["arm"] + CSVTable.factorColumns + ["runs", "seeds"]
        + CSVTable.columns(of: "score") + ["start_score"] + CSVTable.columns(of: "gain")
        + ["collapsed", "collapse_step"] + CSVTable.differenceColumns + metrics)
    for summary in comparison.summaries {
      table.add(summary.arm)
      table.add(summary.factors)
      table.add(summary.runs)
      table.add(summary.seeds.count)
      table.add(summary.score)
      table.add(summary.startScore)
      table.add(summary.gain)
      table.add(summary.collapsed)
      table.add(summary.collapseStep)
      table.add(summary.difference)
      for metric in metrics { table.add(summary.medians[metric]) }
      table.endRow()
    }
    return table.bytes
  }
}

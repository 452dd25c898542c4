import Studies

/// early_warning.csv: one row for each metric at each share of training.
enum WarningsTable {
  static func bytes(of comparison: StudyComparison) -> [UInt8] {
    var table = CSVTable(
      columns: ["metric", "kind", "share", "step"] + CSVTable.columns(of: "area")
        + ["orientation", "threshold"] + CSVTable.columns(of: "sensitivity")
        + CSVTable.columns(of: "specificity") + ["positives", "negatives", "already_collapsed"])
    for warning in comparison.warnings {
      table.add(warning.metric)
      table.add(warning.kind.rawValue)
      table.add(warning.share)
      table.add(warning.step)
      table.add(warning.area)
      table.add(warning.interval)
      table.add(warning.orientation.rawValue)
      table.add(warning.threshold)
      table.add(warning.sensitivity)
      table.add(warning.sensitivityInterval)
      table.add(warning.specificity)
      table.add(warning.specificityInterval)
      table.add(warning.positives)
      table.add(warning.negatives)
      table.add(warning.alreadyCollapsed)
      table.endRow()
    }
    return table.bytes
  }
}

import Studies

/// early_warning_best.csv: one row for each pool of metrics at each share of training; `chosen` has spaces
/// between the metrics, one a left-out seed.
enum BestWarningsTable {
  static func bytes(of comparison: StudyComparison) -> [UInt8] {
    var table = CSVTable(
      columns: ["pool", "share", "chosen"] + CSVTable.columns(of: "sensitivity")
        + CSVTable.columns(of: "specificity") + ["positives", "negatives"])
    for best in comparison.bestWarnings {
      table.add(best.pool.rawValue)
      table.add(best.share)
      table.add(best.chosen.joined(separator: " "))
      table.add(best.sensitivity)
      table.add(best.sensitivityInterval)
      table.add(best.specificity)
      table.add(best.specificityInterval)
      table.add(best.positives)
      table.add(best.negatives)
      table.endRow()
    }
    return table.bytes
  }
}

public import Studies

/// The tables of a study as files.
public enum StudyTables {
  /// The tables, each a CSV file with one header line. The same study gives the same bytes.
  ///
  /// Numbers read back to the same double; what is missing or not finite is an empty cell.
  /// - Parameters:
  ///   - study: The runs.
  ///   - comparison: What they were found to be, of the same study.
  public static func files(of study: StudyResults, comparison: StudyComparison) -> [ReportFile] {
    [
      ReportFile(name: "comparison.csv", bytes: ComparisonTable.bytes(of: comparison)),
      ReportFile(name: "own_best.csv", bytes: OwnBestTable.bytes(of: comparison)),
      ReportFile(name: "early_warning.csv", bytes: WarningsTable.bytes(of: comparison)),
      ReportFile(name: "early_warning_best.csv", bytes: BestWarningsTable.bytes(of: comparison)),
      ReportFile(name: "runs.csv", bytes: RunsTable.bytes(of: study)),
      ReportFile(name: "curves.csv", bytes: CurvesTable.bytes(of: study)),
      ReportFile(name: "steps.csv", bytes: StudySpectraTable.bytes(of: study)),
    ]
  }
}

import Documents
package import Studies

/// Everything that is written about a study.
package enum StudyReport {
  /// The files: tables, study.json, plots and a page. The same study gives the same bytes.
  /// - Parameters:
  ///   - study: All runs.
  ///   - document: The comparison and the judged claims of the same study.
  ///   - media: What plots are drawn for.
  package static func files(
    of study: StudyResults, _ document: StudyDocument, media: Set<Medium> = [.screen]
  ) throws -> [ReportFile] {
    func figures(_ medium: Medium) -> [Figure] {
      StudyPlotRegistry.all.flatMap { $0.figures(of: study, width: medium.width) }
    }
    let wide = figures(.screen)
    let results = try JSONDocument.bytes(of: document)
    let page = try StudyPage(document: document, figures: wide).html()
    return StudyTables.files(of: study, comparison: document.comparison)
      + [
        ReportFile(name: "claims.csv", bytes: ClaimsTable.bytes(of: document.claims)),
        ReportFile(name: "study.json", bytes: results),
      ]
      + wide.files(for: media, narrow: figures(.column))
      + [ReportFile(name: "report.html", bytes: Array(page.utf8))]
  }
}

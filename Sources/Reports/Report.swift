package import Spectra

/// A file of a report, not yet written.
package struct ReportFile: Sendable, Equatable {
  /// Relative to the report's folder: `plots/ranks.svg`.
  package let name: String
  package let bytes: [UInt8]

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

/// Everything that is written about an analysis.
package enum Report {
  /// A kind of file that can be left out.
  package enum Format: String, CaseIterable, Sendable {
    case csv, json, svg, html
  }

  /// The files of a report. The same analysis gives the same bytes.
  /// - Parameters:
  ///   - analysis: What was computed.
  ///   - formats: Which kinds of file are wanted.
  package static func files(of analysis: Analysis, formats: Set<Format>) throws -> [ReportFile] {
    var files = [ReportFile]()
    if formats.contains(.csv) { files += AnalysisTables.files(of: analysis) }
    if formats.contains(.json) {
      files.append(
        ReportFile(name: "summary.json", bytes: try SummaryDocument(of: analysis).bytes()))
    }
    guard formats.contains(.svg) || formats.contains(.html) else { return files }
    let figures = PlotRegistry.all.flatMap { $0.figures(of: analysis) }
    if formats.contains(.svg) {
      files += figures.map {
        ReportFile(name: "plots/\($0.name).svg", bytes: Array($0.svg.utf8))
      }
    }
    if formats.contains(.html) {
      files.append(
        ReportFile(
          name: "report.html",
          bytes: Array(try ReportPage(analysis: analysis, figures: figures).html().utf8)))
    }
    return files
  }
}

package import Diagnosis
import Spectra

/// A file of a report, not yet written.
///
/// Its bytes are made when they are asked for, and not kept: the tables of a large analysis are larger than its results.
package struct ReportFile: Sendable, Equatable {
  /// Relative to the report's folder: `plots/ranks.svg`.
  package let name: String
  private let make: @Sendable () -> [UInt8]

  package init(name: String, bytes: @autoclosure @escaping @Sendable () -> [UInt8]) {
    self.name = name
    make = bytes
  }

  /// What the file holds.
  package var bytes: [UInt8] { make() }

  package static func == (left: ReportFile, right: ReportFile) -> Bool {
    left.name == right.name && left.bytes == right.bytes
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
      let summary = try SummaryDocument(of: analysis).bytes()
      files.append(ReportFile(name: "summary.json", bytes: summary))
    }
    guard formats.contains(.svg) || formats.contains(.html) else { return files }
    let figures = figures(of: analysis)
    if formats.contains(.svg) {
      files += figures.map(\.figure.file)
    }
    if formats.contains(.html) {
      let page = try ReportPage(
        analysis: analysis, figures: figures.filter(\.isOnPage).map(\.figure)
      ).html()
      files.append(ReportFile(name: "report.html", bytes: Array(page.utf8)))
    }
    return files
  }

  private static func figures(of analysis: Analysis) -> [(figure: Figure, isOnPage: Bool)] {
    PlotRegistry.all.flatMap { plot in plot.figures(of: analysis).map { ($0, plot.isOnPage) } }
  }
}

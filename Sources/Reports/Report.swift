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
  ///   - media: What plots are drawn for; those for the screen are of the format `svg`.
  package static func files(
    of analysis: Analysis, formats: Set<Format>, media: Set<Medium> = [.screen]
  ) throws -> [ReportFile] {
    let media = formats.contains(.svg) ? media : media.subtracting([.screen])
    var files = [ReportFile]()
    if formats.contains(.csv) { files += AnalysisTables.files(of: analysis) }
    if formats.contains(.json) {
      let summary = try SummaryDocument(of: analysis).bytes()
      files.append(ReportFile(name: "summary.json", bytes: summary))
    }
    guard !media.isEmpty || formats.contains(.html) else { return files }
    let plots = PlotRegistry.all.map { plot in
      DrawnPlot(plot: plot, figures: plot.figures(of: analysis, width: Medium.screen.width))
    }
    files += plots.flatMap(\.figures).files(
      for: media,
      narrow: PlotRegistry.all.flatMap { $0.figures(of: analysis, width: Medium.column.width) })
    if formats.contains(.html) {
      let page = try ReportPage(analysis: analysis, plots: plots).html()
      files.append(ReportFile(name: "report.html", bytes: Array(page.utf8)))
    }
    return files
  }
}

/// A plot with its pictures of an analysis.
struct DrawnPlot {
  let plot: any Plot.Type
  let figures: [Figure]
}

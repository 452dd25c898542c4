package import Diagnosis
import Spectra

/// A file of a report, not yet written.
///
/// Its bytes are made when they are asked for, and not kept: a table of a large analysis may be larger than the memory.
package struct ReportFile: Sendable {
  /// Relative to the report's folder: `plots/ranks.svg`.
  package let name: String
  private let make: @Sendable (_ append: ([UInt8]) throws -> Void) throws -> Void

  /// A file that is made piece by piece.
  /// - Parameter pieces: Hands on the pieces, in order.
  init(
    name: String, pieces: @escaping @Sendable (_ append: ([UInt8]) throws -> Void) throws -> Void
  ) {
    self.name = name
    make = pieces
  }

  /// A file that is made whole.
  package init(name: String, bytes: @autoclosure @escaping @Sendable () -> [UInt8]) {
    self.init(name: name) { append in try append(bytes()) }
  }

  /// Makes the file and hands on its pieces.
  /// - Throws: What reading results or `append` throws.
  func write(_ append: ([UInt8]) throws -> Void) throws { try make(append) }

  /// What the file holds.
  package var bytes: [UInt8] {
    get throws {
      var bytes = [UInt8]()
      try write { bytes += $0 }
      return bytes
    }
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
  ///   - tables: Which tables are, by their names in ``AnalysisTables``, if those of the format `csv` are.
  ///   - media: What plots are drawn for; those for the screen are of the format `svg`.
  /// - Throws: What reading results throws.
  package static func files(
    of analysis: Analysis, formats: Set<Format>, tables: Set<String> = Set(AnalysisTables.names),
    media: Set<Medium> = [.screen]
  ) throws -> [ReportFile] {
    let media = formats.contains(.svg) ? media : media.subtracting([.screen])
    var files = [ReportFile]()
    let overview = try ResultsOverview(of: analysis)
    if formats.contains(.csv) {
      files += AnalysisTables.files(of: analysis, overview, wanted: tables)
    }
    if formats.contains(.json) {
      let summary = try SummaryDocument(of: analysis, overview).bytes()
      files.append(ReportFile(name: "summary.json", bytes: summary))
    }
    let hasPage = formats.contains(.html)
    guard !media.isEmpty || hasPage else { return files }
    // The column form is drawn anew, so it needs no wide pictures; nor does the page of those that its script draws.
    let isWide = media.contains { $0 != .column }
    let plots = try PlotRegistry.all.filter { isWide || hasPage && $0.isOnPage }.map { plot in
      DrawnPlot(plot: plot, figures: try plot.figures(of: analysis, width: Medium.screen.width))
    }
    files += try plots.flatMap(\.figures).files(
      for: media,
      narrow: PlotRegistry.all.flatMap {
        try $0.figures(of: analysis, width: Medium.column.width)
      })
    if hasPage {
      let page = try ReportPage(analysis: analysis, overview: overview, plots: plots).html()
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

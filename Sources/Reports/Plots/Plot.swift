package import Diagnosis
import Spectra

/// A picture of an analysis. A new plot is one file and one line in ``PlotRegistry/all``.
package protocol Plot: Sendable {
  /// The first part of its files' names.
  static var name: String { get }
  /// One line for `sigmascope list plots`.
  static var summary: String { get }
  /// How to read it, for the page.
  static var caption: String { get }
  /// Whether the page shows it. It does not if the page's script draws the same from its data.
  static var isOnPage: Bool { get }
  /// The pictures; empty if there is nothing to show.
  /// - Parameters:
  ///   - analysis: What is drawn.
  ///   - width: Of each, in its own units: ``Medium/width``.
  /// - Throws: What reading results throws.
  static func figures(of analysis: Analysis, width: Double) throws -> [Figure]
}

extension Plot {
  package static var isOnPage: Bool { true }
}

/// A drawn picture.
package struct Figure: Sendable {
  /// The file's name without its ending.
  package var name: String
  package let title: String
  package let caption: String
  let picture: Picture

  /// A whole SVG document for a page.
  package var svg: String { picture.svg(for: .screen) }

  /// Its files for a medium.
  func files(for medium: Medium) -> [ReportFile] {
    switch medium {
    case .screen: [ReportFile(name: "plots/\(name).svg", bytes: Array(svg.utf8))]
    case .paper, .column:
      [
        ReportFile(
          name: "plots/\(medium)/\(name).svg", bytes: Array(picture.svg(for: medium).utf8)),
        ReportFile(name: "plots/\(medium)/\(name).pdf", bytes: picture.pdf(for: medium)),
      ]
    }
  }

  /// For a page, which has the style of all pictures once.
  var inlineSVG: String { svg.replacing("<style>\(Palette.style)</style>", with: "") }
}

/// Every plot, in the order of the page.
package enum PlotRegistry {
  package static let all: [any Plot.Type] = [
    MovementPlot.self,
    ProjectionPlot.self,
    RanksPlot.self,
    TrajectoryPlot.self,
    UpdateSpectraPlot.self,
    SpectrumOverlayPlot.self,
    HeatMapPlot.self,
  ]
}

extension Analysis {
  /// Runs that have anything to show.
  var shownRuns: [RunAnalysis] { runs.filter { !$0.steps.isEmpty } }

  /// The styles of the shown runs, in their order.
  var runStyles: [SeriesStyle] { SeriesStyle.styles(ofMethods: shownRuns.map(\.method)) }

  /// The names of the shown runs as parts of files' names, by run: ASCII, no longer than a file system allows,
  /// and different even where upper and lower case are the same.
  var fileNames: [String: String] {
    var taken = Set<String>()
    return shownRuns.reduce(into: [:]) { names, run in
      let plain = run.fileName
      var name = plain
      var number = 2
      while !taken.insert(name.lowercased()).inserted {
        name = "\(plain)-\(number)"
        number += 1
      }
      names[run.name] = name
    }
  }

  /// A figure's name for one run: that of the plot, with the run's behind it where there are several.
  func figureName(_ plot: any Plot.Type, of run: RunAnalysis) -> String {
    shownRuns.count == 1 ? plot.name : "\(plot.name)-\(fileNames[run.name] ?? "")"
  }
}

extension RunAnalysis {
  /// The run's name, with its method if the name does not contain it.
  var label: String {
    name.lowercased().contains(method.lowercased()) ? name : "\(name) (\(method))"
  }

  /// The name as a part of a file's name; several runs may have the same.
  fileprivate var fileName: String {
    String(
      name.prefix(100).map {
        $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_"
      })
  }
}

extension [Figure] {
  /// The files of all, medium by medium.
  /// - Parameters:
  ///   - media: What they are wanted for.
  ///   - narrow: The same, drawn for a column.
  func files(
    for media: Set<Medium>, narrow: @autoclosure () throws -> [Figure]
  ) rethrows -> [ReportFile] {
    try Medium.allCases.filter(media.contains).flatMap { medium in
      try (medium == .column ? narrow() : self).flatMap { $0.files(for: medium) }
    }
  }
}

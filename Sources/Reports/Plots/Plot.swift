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
  /// The pictures; empty if there is nothing to show.
  static func figures(of analysis: Analysis) -> [Figure]
}

/// A drawn picture.
package struct Figure: Sendable {
  /// The file's name without its ending.
  package var name: String
  package let title: String
  package let caption: String
  /// A whole SVG document.
  package let svg: String

  init(name: String, title: String, caption: String, svg: SVG) {
    self.name = name
    self.title = title
    self.caption = caption
    self.svg = picture.document
  }
}

/// Every plot, in the order of the page.
package enum PlotRegistry {
  package static let all: [any Plot.Type] = [
    ProjectionPlot.self,
    MovementPlot.self,
    RanksPlot.self,
    UpdateSpectraPlot.self,
    SpectrumOverlayPlot.self,
    HeatMapPlot.self,
  ]
}

extension Analysis {
  /// Runs that have anything to show.
  var shownRuns: [RunAnalysis] { runs.filter { !$0.steps.isEmpty } }

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

/// The classes of the line and of the fill of the n-th series; beyond the palette lines are dashed.
func seriesStyle(_ index: Int) -> (line: String, fill: String) {
  let count = Palette.series.count
  let dash = index / count
  return ("s\(index % count)\(dash == 0 ? "" : " dash\(min(dash, 2))")", "f\(index % count)")
}

package import Studies

/// A picture of a study. A new plot is one file and one line in ``StudyPlotRegistry/all``.
package protocol StudyPlot: Sendable {
  /// The first part of its files' names.
  static var name: String { get }
  /// One line for `sigmascope list study-plots`.
  static var summary: String { get }
  /// How to read it, for the page.
  static var caption: String { get }
  /// The pictures; empty if there is nothing to show.
  /// - Parameter width: Of each, in its own units: ``Medium/width``.
  static func figures(of study: StudyResults, width: Double) -> [Figure]
}

/// Every plot of a study, in the order of the page.
package enum StudyPlotRegistry {
  package static let all: [any StudyPlot.Type] = [
    RewardOverStepsPlot.self,
    AccuracyByRatePlot.self,
    CollapseByRatePlot.self,
    EnergyByStartPlot.self,
    SpectralSignaturePlot.self,
    AccuracyByParametersPlot.self,
    CurvatureByRatePlot.self,
    ScoreByStepPlot.self,
    DeathByCurvaturePlot.self,
    FunctionalStepPlot.self,
    AtlasPlot.self,
  ]
}

extension StudyPlot {
  static func figure(_ suffix: String = "", title: String, _ picture: Picture?) -> [Figure] {
    picture.map { [Figure(name: name + suffix, title: title, caption: caption, picture: $0)] } ?? []
  }
}

public import Studies

/// A picture of a study. A new plot is one file and one line in ``StudyPlotRegistry/all``.
public protocol StudyPlot: Sendable {
  static var name: String { get }
  static func figures(of study: StudyResults) -> [Figure]
}

public enum StudyPlotRegistry {
  public static let all: [any StudyPlot.Type] = []
}

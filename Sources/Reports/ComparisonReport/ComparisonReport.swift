import Diagnosis
import Documents
package import Studies

/// Everything that is written about runs that were made anywhere and are compared.
package enum ComparisonReport {
  /// The files: tables, comparison.json, plots and a page. The same runs give the same bytes.
  /// - Parameters:
  ///   - groups: The runs of each group.
  ///   - comparison: The comparison of the same groups, in their order.
  ///   - media: What plots are drawn for.
  package static func files(
    of groups: [StudyResults], _ comparison: RunComparison, media: Set<Medium> = [.screen]
  ) throws -> [ReportFile] {
    func figures(_ medium: Medium) -> [[Figure]] {
      groups.enumerated().map { index, group in
        ComparisonPlots.figures(of: group, width: medium.width).map { figure in
          var figure = figure
          // One name a group: two may have the same plots.
          if groups.count > 1 { figure.name = "group-\(index + 1)-\(figure.name)" }
          return figure
        }
      }
    }
    let wide = figures(.screen)
    let results = try JSONDocument.bytes(of: comparison)
    let page = try ComparisonPage(comparison: comparison, groups: groups, figures: wide).html()
    return ComparisonTables.files(of: groups, comparison)
      + [ReportFile(name: "comparison.json", bytes: results)]
      + wide.flatMap(\.self).files(for: media, narrow: figures(.column).flatMap(\.self))
      + [ReportFile(name: "report.html", bytes: Array(page.utf8))]
  }
}

/// The plots of a group.
enum ComparisonPlots {
  /// Those of studies that make sense of what the runs are judged by; they say themselves where they have nothing to show.
  static func figures(of study: StudyResults, width: Double) -> [Figure] {
    let isOfRewards = study.measure.kind == .reinforcement
    // The reward over steps is the outcome over steps already.
    let plots = isOfRewards ? StudyPlotRegistry.all.filter { $0 != RewardOverStepsPlot.self } : []
    return (ComparisonPlotRegistry.all + plots).flatMap { $0.figures(of: study, width: width) }
  }
}

/// The plots that only a comparison has, in the order of the page; those of a study follow.
package enum ComparisonPlotRegistry {
  package static let all: [any StudyPlot.Type] = [
    OutcomeOverStepsPlot.self,
    SizeOverStepsPlot.self,
  ]
}

import Diagnosis
import Studies

/// What each arm reaches at each learning rate. It tells a bad start from a rate that is too high.
enum AccuracyByRatePlot: StudyPlot {
  static let name = "accuracy-by-rate"
  static let summary = "What each arm reaches at each learning rate, beside the baseline"
  static let caption = """
    What runs reach at the end against the learning rate, mean and 95 % interval over seeds; grey: the baseline; \
    dashed: where runs start; hollow: at least half of the seeds collapsed. A curve that is the baseline's, \
    shifted to the left, says that the rate was too high, not that the start is bad.
    """

  static func figures(of study: StudyResults, width: Double) -> [Figure] {
    let title = "\(study.measure.name.capitalizedFirst) at the end against learning rate"
    return figure(title: title, draw(study, study.methodArms, width, title))
      + figure(
        "-controls", title: "\(title): controls",
        draw(study, study.controlArms, width, "\(title): controls"))
  }

  private static func draw(
    _ study: StudyResults, _ arms: [String], _ width: Double, _ title: String
  ) -> Picture? {
    let shown = arms.filter { StudyResults.rates(of: study.runs(ofArm: $0)).count > 1 }
    guard !shown.isEmpty else { return nil }
    let baseline = line(study, study.baseline, .neutral)
    return SmallMultiples(
      panels: shown.map { arm in
        .init(
          title: arm,
          lines: (arm == study.baseline ? [] : [baseline]) + [
            line(study, arm, study.style(ofArm: arm))
          ])
      }, width: width, xKind: .logarithmic, yKind: .linear, xTitle: "learning rate",
      yTitle: study.measure.name,
      xTicks: Scale.Tick.rates(StudyResults.rates(of: study.runs)),
      yLimits: study.measure.shareRange,
      reference: study.meanStart, referenceName: "start of the runs",
      legend: [
        .init(label: "\(study.baseline), behind", style: "neutral"),
        .init(label: "start of the runs", style: "neutral dash1"),
      ]
    ).draw(
      title: title, subtitle: "Mean over seeds with 95 % interval; hollow: at least half collapsed")
  }

  private static func line(
    _ study: StudyResults, _ arm: String, _ style: SeriesStyle
  ) -> SmallMultiples.Line {
    let runs = study.runs(ofArm: arm)
    let rates = StudyResults.rates(of: runs).filter { !runs.at(rate: $0).finalScores.isEmpty }
    return SmallMultiples.Line(
      points: rates.compactMap { rate in
        SeriesPoint(x: rate, values: runs.at(rate: rate).finalScores, in: study.measure.range)?
          .point
      },
      style: style, name: arm, isMarked: true,
      hollow: Set(rates.indices.filter { runs.at(rate: rates[$0]).areLost }))
  }
}

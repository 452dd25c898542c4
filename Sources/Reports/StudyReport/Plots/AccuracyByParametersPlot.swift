import Foundation
import Studies

/// What each method reaches against how many numbers it trains.
enum AccuracyByParametersPlot: StudyPlot {
  static let name = "accuracy-by-parameters"
  static let summary = "Accuracy of each method against its trained parameters"
  static let caption = """
    Accuracy at the end against trained parameters, mean and 95 % interval over seeds. Filled: each arm at the common \
    learning rate, as papers compare; hollow: the best of its rates.
    """

  static func figures(of study: StudyResults) -> [Figure] {
    let points = study.methodArms.flatMap { arm -> [Scatter.Point] in
      let runs = study.runs(ofArm: arm)
      guard let parameters = runs.compactMap(\.trainedParameters).first else { return [] }
      let estimates = StudyResults.rates(of: runs).compactMap { rate in
        Estimate(of: runs.at(rate: rate).finalScores).map { (rate, $0) }
      }
      let here = estimates.first { $0.0 == study.common.learningRate }?.1
      let best = estimates.map(\.1).max { $0.mean < $1.mean }
      let bestPoint = best.map {
        Scatter.Point(
          x: Double(parameters), y: $0.mean, low: nil, high: nil, label: nil, style: "f0",
          isHollow: true)
      }
      let point = here.map {
        Scatter.Point(
          x: Double(parameters), y: $0.mean, low: $0.interval?.lower, high: $0.interval?.upper,
          label: arm,
          style: runs.at(rate: study.common.learningRate).areLost ? "f1" : "f0")
      }
      return [bestPoint, point].compactMap { $0 }
    }
    let title = "Accuracy against trained parameters"
    let rate = study.common.learningRate.map { String(format: "%g", $0) } ?? "–"
    return figure(
      title: title,
      Scatter(
        points: points, xKind: .logarithmic, yKind: .linear, xTitle: "trained parameters",
        yTitle: "accuracy at the end", yLimits: -0.03...1,
        legend: [
          .init(label: "alive at \(rate)", style: "s0"),
          .init(label: "collapsed at \(rate)", style: "s1"),
        ]
      ).draw(
        title: title,
        subtitle: "Filled: at the common learning rate \(rate); hollow: at the best of its rates"))
  }
}

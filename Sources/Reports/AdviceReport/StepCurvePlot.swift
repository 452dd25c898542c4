import Diagnosis
import Foundation
import Studies

/// The divergence of a step against the rate times √κ: starts that differ in nothing but the size of their steps lie on
/// one curve.
enum StepCurvePlot {
  static let name = "divergence-by-functional-rate"
  static let caption = """
    Each point is a short run: the median divergence of its second to fifth step. Across, its learning rate in units of \
    the start: η√κ, with κ the divergence of the first step over the square of the rate. Where starts lie on one curve, \
    the size of a step in the space of policies is all that tells them apart. Starts near zero, such as MiLoRA, lie \
    to the left: their κ grows as they move. Above the line runs die.
    """

  static func figures(of advice: RateAdvice, width: Double) -> [Figure] {
    let styles = SeriesStyle.styles(ofMethods: advice.starts.map(\.start))
    let points = zip(advice.starts, styles).flatMap { start, style in
      start.readings.flatMap { reading in
        reading.shortRuns.compactMap { run in
          reading.curvature.map { curvature in
            Scatter.Point(
              x: run.rate * curvature.squareRoot(), y: run.value, label: nil, style: style,
              tip: "\(start.start), seed \(reading.seed), rate \(Words.twoDigitRate(run.rate)): "
                + "\(Words.number(run.value)) nats")
          }
        }
      }
    }
    let title = "How far a step moves the policy"
    let picture = Scatter(
      points: points, width: width, xKind: .logarithmic, yKind: .logarithmic,
      xTitle: "learning rate times √κ of the start",
      yTitle: "median divergence of a step (nats per token)",
      legend: zip(advice.starts, styles).map { .init(label: $0.start, mark: $1) },
      reference: StepLaw.deadlyDivergence
    ).draw(title: title, subtitle: "A point is a run of five steps; above the line runs die")
    return picture.map { [Figure(name: name, title: title, caption: caption, picture: $0)] } ?? []
  }
}

import Diagnosis
import Studies

/// The bisected rates of death over κ.
enum DeathByCurvaturePlot: StudyPlot {
  static let name = "death-by-curvature"
  static let summary = "The bisected rate at which each start dies over κ of its first step"
  static let caption = """
    Each point is a start, geometric means over seeds. κ is how far a first step moves the policy over the square of its \
    rate, known before training. If a start died where its first step moves the policy by a given amount, points would \
    lie on a line that falls by a decade over two decades of κ; starts whose factors begin near zero lie below it, \
    because their κ grows on the way. Hollow: with dropout, which kills by its masks.
    """

  static func figures(of study: StudyResults, width: Double) -> [Figure] {
    let points = study.probedArms.compactMap { arm -> Scatter.Point? in
      guard let curvature = arm.curvature, let death = arm.death else { return nil }
      return Scatter.Point(
        x: curvature, y: death, label: arm.arm, style: SeriesStyle(method: arm.factors.adapter),
        isHollow: (arm.factors.dropout ?? 0) > 0,
        tip: "\(arm.arm): κ \(Numbers.text(curvature)), dies at \(Words.twoDigitRate(death))")
    }
    guard points.count > 2 else { return [] }
    let title = "κ of the first step, and the rate at which the start dies"
    return figure(
      title: title,
      Scatter(
        points: points, width: width, xKind: .logarithmic, yKind: .logarithmic,
        xTitle: "κ, nats per token over the square of the rate",
        yTitle: "bisected rate of death"
      ).draw(title: title, subtitle: "Geometric means over seeds; hollow: with dropout"))
  }
}

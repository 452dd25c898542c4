import Diagnosis
import Foundation
import Studies

/// The scores of all arms at all rates over how far a step moves the policy.
enum ScoreByStepPlot: StudyPlot {
  static let name = "score-by-step"
  static let summary =
    "Score of every arm at every rate over the size of a step, in weights and in function"
  static let caption = """
    Each point is an arm at one learning rate, the mean over seeds. Above over the rate: each arm has its own curve, and a \
    table at one rate compares points on different curves. Below over η√κ, how far the first step moves the policy (its \
    square is the divergence in nats a token): if the law of the step holds, all arms lie on one curve.
    """

  static func figures(of study: StudyResults) -> [Figure] {
    let arms = study.steppedArms
    guard arms.count > 1 else { return [] }
    let styles = study.styles(ofArms: arms.map(\.arm))
    let legend = zip(arms, styles).map { Legend.Item(label: $0.arm, mark: $1) }
    func picture(_ size: StepSize, _ title: String, _ axis: String) -> Picture? {
      let curve = CommonCurve(arms.flatMap { $0.cells(size) })
      let points = zip(arms, styles).flatMap { arm, style in
        zip(arm.cells(size), arm.scores.keys.sorted()).map { cell, rate in
          Scatter.Point(
            x: cell.size, y: cell.score, label: nil, style: style,
            tip: "\(arm.arm) at \(Words.rate(rate)): \(Numbers.fixed(cell.score, decimals: 2))")
        }
      }
      let explained = curve.determination.map {
        "R² of an arm left out, from the others at the same place: \(Numbers.fixed($0, decimals: 2))"
      }
      return Scatter(
        points: points, xKind: .logarithmic, yKind: .linear, xTitle: axis,
        yTitle: "held-out accuracy at the end", yLimits: 0...1, legend: legend
      ).draw(title: title, subtitle: explained ?? "")
    }
    let (rate, step) = (
      "Score over the learning rate", "Score over how far a step moves the policy"
    )
    return figure("-rate", title: rate, picture(.rate, rate, "learning rate η"))
      + figure(
        title: step, picture(.functional, step, "η√κ, the root of the divergence of a first step"))
  }
}

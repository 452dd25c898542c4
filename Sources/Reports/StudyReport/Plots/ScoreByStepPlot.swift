import Diagnosis
import Foundation
import Studies

/// The scores of all arms at all rates, over the rate and over how far a step moves the policy.
enum ScoreByStepPlot: StudyPlot {
  static let name = "score-by-step"
  static let summary =
    "Score of every arm at every rate over the size of a step, in weights and in function"
  static let caption = """
    Each line is an arm, each point its mean over seeds at one learning rate. Over the rate each arm has a curve of its \
    own, and a table at one rate compares points on different curves. Over η√κ, how far the first step moves the policy \
    (its square is the divergence in nats a token), they fall on one curve if the law of the step holds. R², where arms \
    have three rates or more, is that of an arm that is left out, predicted from the others at the same place.
    """

  static func figures(of study: StudyResults, width: Double) -> [Figure] {
    let arms = study.steppedArms(fewestRates: 2)
    guard arms.count > 1 else { return [] }
    let styles = study.styles(ofArms: arms.map(\.arm))
    let title = "Score over the learning rate, and over how far a step moves the policy"
    let grid = PanelGrid(
      count: 2, columns: PanelGrid.columns(2, width: width), width: width, panelHeight: 280,
      legend: Legend(items: zip(arms, styles).map { .init(label: $0.arm, mark: $1) }),
      title: title, subtitle: "Held-out accuracy at the end, mean over seeds")
    var picture = grid.picture()
    for (index, size) in [StepSize.rate, .functional].enumerated() {
      let cells = arms.map { $0.cells(size) }
      guard let x = Scale(.logarithmic, over: cells.flatMap { $0.map(\.size) }, padding: 0.06)
      else { return [] }
      let axes = Axes(
        frame: grid.frame(index), x: x, y: Scale(kind: .linear, lower: 0, upper: 1))
      // Of points as few as those of two rates it would say nothing.
      let explained =
        arms.allSatisfy { $0.scores.count >= 3 }
        ? CommonCurve(cells.flatMap { $0 }).determination
          .map { "R² \(Numbers.fixed($0, decimals: 2))" } : nil
      axes.draw(
        in: &picture, title: explained ?? "",
        xTitle: size == .rate ? "learning rate η" : "η√κ, the root of a first step's divergence",
        yTitle: index == 0 ? "score" : nil)
      for (arm, (style, cells)) in zip(arms, zip(styles, cells)) {
        let points = cells.map { axes.point($0.size, $0.score) }
        picture.polyline(points, style.line, name: arm.arm)
        for (point, (cell, rate)) in zip(points, zip(cells, arm.scores.keys.sorted())) {
          picture.marker(
            point, style, radius: 3, isHollow: false,
            tip: "\(arm.arm) at \(Words.rate(rate)): \(Numbers.fixed(cell.score, decimals: 2))")
        }
      }
    }
    return figure(title: title, picture)
  }
}

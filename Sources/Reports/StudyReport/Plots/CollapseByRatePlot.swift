import Diagnosis
import Foundation
import LinearAlgebra
import Studies

/// How many runs of each arm collapsed at each learning rate, and when.
enum CollapseByRatePlot: StudyPlot {
  static let name = "collapse-by-rate"
  static let summary =
    "Share of collapsed runs of each arm at each learning rate, and the step of collapse"
  static let caption = """
    Colour: the share of runs that collapsed; number: the median step at which they fell. Empty cells were not \
    run. Arms that die earliest stand on top.
    """

  static func figures(of study: StudyResults) -> [Figure] {
    let rates = StudyResults.rates(of: study.runs)
    let arms = study.arms.filter { StudyResults.rates(of: study.runs(ofArm: $0)).count > 1 }
    guard rates.count > 1, !arms.isEmpty else { return [] }
    let title = "Collapse against learning rate"
    let sorted = arms.enumerated().sorted {
      let (left, right) = (study.share(of: $0.element), study.share(of: $1.element))
      return left == right ? $0.offset < $1.offset : left > right
    }.map(\.element)
    return figure(title: title, draw(study, sorted, rates, title))
  }

  private static let rowHeight = 22.0, labelWidth = 300.0, margin = 18.0, top = 92.0

  private static func draw(
    _ study: StudyResults, _ arms: [String], _ rates: [Double], _ title: String
  ) -> Picture {
    let width = PanelGrid.width
    var picture = Picture(
      width: width, height: top + Double(arms.count) * rowHeight + 24, title: title,
      summary: "Share of collapsed runs by arm and learning rate")
    picture.text(title, margin, 26, .start, "title")
    picture.text(
      "Share of runs that collapsed, with the median step at which they fell", margin, 45, .start,
      "subtitle muted")
    let cell = (width - labelWidth - 2 * margin) / Double(rates.count)
    for (column, rate) in rates.enumerated() {
      picture.text(
        String(format: "%g", rate), labelWidth + margin + (Double(column) + 0.5) * cell, top - 10,
        .middle, "muted")
    }
    for (row, arm) in arms.enumerated() {
      let y = top + Double(row) * rowHeight
      picture.text(
        arm.shortened(to: labelWidth - 12), labelWidth + margin - 10, y + rowHeight / 2 + 4, .end)
      for (column, rate) in rates.enumerated() {
        let runs = study.runs(ofArm: arm, rate: rate)
        guard !runs.isEmpty else { continue }
        let lost = runs.filter(\.isCollapsed)
        let share = Double(lost.count) / Double(runs.count)
        let frame = Frame(
          x: labelWidth + margin + Double(column) * cell + 1, y: y + 1, width: cell - 2,
          height: rowHeight - 2)
        let color = Palette.diverging(0.5 + 0.5 * share)
        picture.rectangle(
          frame, "", color: color,
          tip: "\(arm) at \(String(format: "%g", rate)): \(lost.count) of \(runs.count) collapsed")
        let steps = lost.compactMap(\.collapse.collapseStep).map(Double.init)
        let label =
          lost.isEmpty
          ? "–" : (SampleQuantile.value(at: 0.5, of: steps).map { String(format: "%g", $0) } ?? "✕")
        picture.text(
          label, frame.x + frame.width / 2, y + rowHeight / 2 + 4, .middle, "",
          color: share > 0.6 ? "#ffffff" : "#1b1f24")
      }
    }
    return picture
  }
}

extension StudyResults {
  /// The share of an arm's runs that collapsed, averaged over its rates.
  fileprivate func share(of arm: String) -> Double {
    let rates = Self.rates(of: runs(ofArm: arm))
    return rates.reduce(0) { sum, rate in
      let runs = runs(ofArm: arm, rate: rate)
      return sum + Double(runs.count(where: \.isCollapsed)) / Double(max(runs.count, 1))
    } / Double(max(rates.count, 1))
  }
}

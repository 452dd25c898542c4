import Foundation
import Spectra
import Studies

/// Arms side by side for each kind of matrix: one map a metric.
enum AtlasPlot: StudyPlot {
  static let name = "atlas"
  static let summary = "Metrics of each arm for each kind of matrix, side by side"
  static let caption = """
    Medians over layers for each kind of matrix at the last step, means over seeds, each arm at its highest learning \
    rate at which most runs are alive: kinds that one method turns and another leaves show as columns.
    """

  private static let metrics: [(name: String, title: String)] = [
    (HeadShareRight.name, "share on principal inputs"),
    (StableRank.name, "stable rank of the update"),
    (NormalizedSpectralShift.name, "normalised spectral shift"),
  ]
  private static let rowHeight = 20.0, labelWidth = 150.0, margin = 18.0, top = 118.0

  static func figures(of study: StudyResults) -> [Figure] {
    let arms = study.methodArms.filter { arm in
      study.runs(ofArm: arm).contains { !$0.kinds.isEmpty }
    }
    let kinds = Set(study.runs.flatMap(\.kinds.keys)).sorted()
    guard arms.count > 1, !kinds.isEmpty else { return [] }
    let title = "Atlas of arms and kinds of matrices"
    return figure(title: title, draw(study, arms, kinds, title))
  }

  private static func draw(
    _ study: StudyResults, _ arms: [String], _ kinds: [String], _ title: String
  ) -> Picture {
    let width = PanelGrid.width
    var picture = Picture(
      width: width, height: top + Double(arms.count) * rowHeight + 24, title: title, summary: title)
    picture.text(title, margin, 26, .start, "title")
    picture.text(
      "Medians over layers at the last step, means over seeds; colours span each map", margin, 45,
      .start, "subtitle muted")
    let gap = 16.0
    let block =
      (width - 2 * margin - labelWidth - gap * Double(metrics.count - 1)) / Double(metrics.count)
    let cell = block / Double(kinds.count)
    for (row, arm) in arms.enumerated() {
      picture.text(
        arm.shortened(to: labelWidth - 10), margin + labelWidth - 8,
        top + (Double(row) + 0.5) * rowHeight + 4, .end)
    }
    for (index, metric) in metrics.enumerated() {
      let left = margin + labelWidth + Double(index) * (block + gap)
      picture.text(metric.title.shortened(to: block), left, 70, .start, "panel")
      for (column, kind) in kinds.enumerated() {
        picture.text(
          kind.replacingOccurrences(of: "_proj", with: "").shortened(to: cell, fontSize: 11),
          left + (Double(column) + 0.5) * cell, top - 8, .middle, "muted")
      }
      let values = arms.map { arm in kinds.map { study.value(of: metric.name, kind: $0, arm: arm) }
      }
      let all = values.flatMap { $0.compactMap { $0 } }
      guard let low = all.min(), let high = all.max() else { continue }
      for (row, line) in values.enumerated() {
        for (column, value) in line.enumerated() {
          guard let value else { continue }
          let color = Palette.sequential(high > low ? (value - low) / (high - low) : 0.5)
          let frame = Frame(
            x: left + Double(column) * cell + 0.5, y: top + Double(row) * rowHeight + 0.5,
            width: cell - 1, height: rowHeight - 1)
          picture.rectangle(
            frame, "", color: color,
            tip: "\(arms[row]), \(kinds[column]): \(String(format: "%.3g", value))")
          picture.text(
            String(format: high <= 1 ? "%.2f" : "%.1f", value), frame.x + frame.width / 2,
            frame.y + rowHeight / 2 + 4, .middle, "small",
            color: Palette.isLight(color) ? "#1b1f24" : "#ffffff")
        }
      }
    }
    return picture
  }
}

extension StudyResults {
  fileprivate func value(of metric: String, kind: String, arm: String) -> Double? {
    let rate = highestLivingRate(of: arm) ?? shownRate(of: arm)
    let values = runs(ofArm: arm).at(rate: rate).compactMap { $0.kinds[kind]?[metric] }
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}

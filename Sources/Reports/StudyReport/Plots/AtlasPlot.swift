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
    (HeadShareRight.name, "input head share"),
    (StableRank.name, "stable rank"),
    (NormalizedSpectralShift.name, "spectral shift"),
  ]
  private static let rowHeight = 20.0, margin = Picture.margin, gap = 16.0, titleHeight = 40.0

  static func figures(of study: StudyResults, width: Double) -> [Figure] {
    let arms = study.methodArms.filter { arm in
      study.runs(ofArm: arm).contains { !$0.kinds.isEmpty }
    }
    let kinds = KindOrder.of(Set(study.runs.flatMap(\.kinds.keys)))
    guard arms.count > 1, !kinds.isEmpty else { return [] }
    let title = "Atlas of arms and kinds of matrices"
    return figure(title: title, draw(study, arms, kinds, width, title))
  }

  private static func draw(
    _ study: StudyResults, _ arms: [String], _ kinds: [String], _ width: Double, _ title: String
  ) -> Picture {
    // In a column maps stand below each other.
    let columns = PanelGrid.columns(metrics.count, width: width) < metrics.count ? 1 : metrics.count
    let labelWidth = max(width / 6, 100)
    let block = (width - 2 * margin - labelWidth - gap * Double(columns - 1)) / Double(columns)
    let labels = ColumnLabels(
      kinds.map { $0.replacing("_proj", with: "") }, left: margin + labelWidth,
      pitch: block / Double(kinds.count))
    let foot = labels.height
    let top = 98.0
    let mapHeight = Double(arms.count) * rowHeight
    let rows = Double(metrics.count / columns)
    var picture = Picture(
      width: width, height: top + rows * (mapHeight + foot) + (rows - 1) * titleHeight + 8,
      title: title,
      subtitle: "Medians over layers at the last step, means over seeds; colour scale per map")
    for (index, metric) in metrics.enumerated() {
      let left = margin + labelWidth + Double(index % columns) * (block + gap)
      let mapTop = top + Double(index / columns) * (mapHeight + foot + titleHeight)
      for (row, arm) in arms.enumerated() where index % columns == 0 {
        picture.text(
          arm.shortened(to: labelWidth - 10), margin + labelWidth - 8,
          mapTop + (Double(row) + 0.5) * rowHeight + 4, .end)
      }
      let values = arms.map { arm in kinds.map { study.value(of: metric.name, kind: $0, arm: arm) }
      }
      let unit = unit(
        of: values.flatMap { $0.compactMap(\.self) }, width: block / Double(kinds.count))
      picture.text(
        heading(of: metric, study.topCount).shortened(to: block, fontSize: 12.5), left,
        mapTop - 24, .start, "panel")
      if unit != 1 {
        picture.text(
          "in units of \(Numbers.setting(unit))", left, mapTop - 9, .start, "small")
      }
      let map = Frame(x: left, y: mapTop, width: block, height: mapHeight)
      draw(values, in: map, unit: unit, &picture) { "\(arms[$0]), \(kinds[$1])" }
      labels.draw(in: &picture, left: left, bottom: mapTop + mapHeight)
    }
    return picture
  }

  private static func heading(
    of metric: (name: String, title: String), _ topCount: Int?
  ) -> String {
    metric.name == HeadShareRight.name ? TopCount.naming(metric.title, topCount) : metric.title
  }

  private static func label(_ value: Double) -> String { Numbers.text(value, digits: 2) }

  private static func fits(_ label: String, width: Double) -> Bool {
    label.width(fontSize: 10) < width - 1
  }

  /// What the numbers in the cells of a map are divided by: 1 if all fit as they are, else the power of ten that leaves the
  /// largest two digits before the point.
  private static func unit(of values: [Double], width: Double) -> Double {
    let largest = values.map(\.magnitude).filter(\.isFinite).max() ?? 0
    guard largest > 0, !values.allSatisfy({ fits(label($0), width: width) }) else { return 1 }
    return pow(10, (log10(largest) + 1e-12).rounded(.down) - 1)
  }

  /// A map; colours are logarithmic where values span more than a factor of 30, so that one kind does not hide the rest.
  private static func draw(
    _ values: [[Double?]], in map: Frame, unit: Double, _ picture: inout Picture,
    name: (Int, Int) -> String
  ) {
    let all = values.flatMap { $0.compactMap(\.self) }
    guard let low = all.min(), let high = all.max(),
      let color = ColorScale(all, isLogarithmic: low > 0 && high > 30 * low, isCentered: false)
    else { return }
    let width = map.width / Double(values.first?.count ?? 1)
    for (row, line) in values.enumerated() {
      for (column, value) in line.enumerated() {
        guard let value else { continue }
        let tone = color.color(value)
        let frame = Frame(
          x: map.x + Double(column) * width + 0.5, y: map.y + Double(row) * rowHeight + 0.5,
          width: width - 1, height: rowHeight - 1)
        picture.rectangle(
          frame, "", color: tone, tip: "\(name(row, column)): \(Numbers.text(value))")
        let label = label(value / unit)
        if fits(label, width: width) {
          picture.text(
            label, frame.x + frame.width / 2, frame.y + frame.height / 2 + 4, .middle, "small",
            color: Palette.isLight(tone) ? "#1b1f24" : "#ffffff")
        }
      }
    }
  }
}

extension StudyResults {
  fileprivate func value(of metric: String, kind: String, arm: String) -> Double? {
    let rate = highestLivingRate(of: arm) ?? shownRate(of: arm)
    let values = runs(ofArm: arm).at(rate: rate).compactMap { $0.kinds[kind]?[metric] }
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}

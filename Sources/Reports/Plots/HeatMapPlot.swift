import Diagnosis
import Spectra

/// A metric over layers and kinds of module, one map a run.
enum HeatMapPlot: Plot {
  static let name = "heatmap"
  static let summary = "Maps of a metric over layers and kinds of module"
  static let caption = """
    One cell a matrix of the last checkpoint; hatched cells have no value. Standard scores are blue where \
    the update avoids the principal directions more than chance explains, and red where it seeks them.
    """
  /// The page draws a map of any metric at any step.
  static let isOnPage = false

  private static let metrics: [(name: String, title: String, isLogarithmic: Bool)] = [
    (RelativeUpdateNorm.name, "Size of the update, ‖ΔW‖ / ‖W‖", true),
    (
      NullZRight.name,
      "Share on the base's top-K input directions, in standard deviations from chance", false
    ),
    (HeadShareRight.name, "Share of the update on the base's top-K input directions", false),
    (StableRank.name, "Stable rank of the update", false),
    (NormalizedSpectralShift.name, "Normalised spectral shift, ‖Δσ‖ / ‖σ‖", true),
    (PrincipalAngleRightMax.name, "Largest principal angle of the input side, degrees", false),
  ]

  private static let left = 64.0, top = 84.0, bar = 92.0, gap = 30.0

  static func figures(of analysis: Analysis, width: Double) throws -> [Figure] {
    let shown = Set(metrics.map(\.name))
    let maps = try analysis.shownRuns.map { run in
      let modules = try analysis.lastModules(of: run).map { module in
        ModuleAnalysis(
          identity: module.identity, metrics: module.metrics.filter { shown.contains($0.key) })
      }
      return (run: run, modules: modules.filter { $0.identity.layer != nil })
    }
    let all = maps.flatMap(\.modules)
    let kinds = ModuleKinds.ordered(Set(all.map(\.identity.kind)))
    let layers = Set(all.compactMap(\.identity.layer)).sorted()
    // As many runs side by side as leave 16 pixels to a cell.
    let room = width - left - bar
    let most = min(6, max(1, Int(room / (16 * Double(kinds.count) + gap))))
    return metrics.flatMap { metric -> [Figure] in
      guard
        let color = ColorScale(
          all.compactMap { $0.metrics[metric.name] }, isLogarithmic: metric.isLogarithmic,
          isCentered: metric.name == NullZRight.name)
      else { return [] }
      let pages = stride(from: 0, to: maps.count, by: most).map {
        Array(maps[$0..<min($0 + most, maps.count)])
      }
      let title = TopCount.filled(metric.title, analysis.principalCount)
      return pages.enumerated().map { index, page in
        Figure(
          name: "\(name)-\(metric.name)" + (pages.count == 1 ? "" : "-\(index + 1)"),
          title: title, caption: caption,
          picture: draw((metric.name, title), page, kinds, layers, color, width: width))
      }
    }
  }

  private static func draw(
    _ metric: (name: String, title: String),
    _ maps: [(run: RunAnalysis, modules: [ModuleAnalysis])], _ kinds: [String], _ layers: [Int],
    _ color: ColorScale, width: Double
  ) -> Picture {
    let room = (width - left - bar - gap * Double(maps.count - 1)) / Double(maps.count)
    let labelHeight = (kinds.map { $0.width(fontSize: 11) }.max() ?? 0) * 0.75 + 22
    let cellWidth = min(room / Double(kinds.count), 64)
    let cellHeight = min(44, max(7, 460 / Double(layers.count)))
    let mapWidth = cellWidth * Double(kinds.count)
    let mapHeight = cellHeight * Double(layers.count)
    var picture = Picture(
      width: width, height: top + max(mapHeight + labelHeight, 150) + 12,
      title: metric.title, subtitle: "Layer × kind of module, last checkpoint of each run")
    picture.text("layer", 24, top + mapHeight / 2, .middle, "muted", rotated: true)
    for row in stride(from: 0, to: layers.count, by: max(1, Int((16 / cellHeight).rounded(.up)))) {
      let y = top + (Double(row) + 0.5) * cellHeight + 4
      picture.text(String(layers[row]), left - 8, y, .end, "muted")
    }
    for (index, map) in maps.enumerated() {
      let x = left + Double(index) * (mapWidth + gap)
      picture.text(
        map.run.label.shortened(to: mapWidth + gap - 8, fontSize: 12.5), x, top - 12, .start,
        "panel")
      let found = Dictionary(
        map.modules.map { (Cell(layer: $0.identity.layer ?? 0, kind: $0.identity.kind), $0) },
        uniquingKeysWith: { first, _ in first })
      for (row, layer) in layers.enumerated() {
        for (column, kind) in kinds.enumerated() {
          let frame = Frame(
            x: x + Double(column) * cellWidth, y: top + Double(row) * cellHeight,
            width: cellWidth - 1, height: cellHeight - 1)
          let module = found[Cell(layer: layer, kind: kind)]
          if let value = module?.metrics[metric.name] {
            picture.rectangle(
              frame, "", color: color.color(value),
              tip: "\(module?.identity.module ?? kind): \(Numbers.text(value, digits: 4))")
          } else {
            picture.rectangle(frame, "missing")
            picture.line(frame.x, frame.bottom, frame.right, frame.y, "gridline")
          }
        }
      }
      for (column, kind) in kinds.enumerated() {
        picture.slantedText(kind, x + (Double(column) + 0.6) * cellWidth, top + mapHeight + 12)
      }
    }
    color.drawBar(
      in: &picture,
      Frame(
        x: left + Double(maps.count) * (mapWidth + gap), y: top, width: 14,
        height: max(mapHeight, 150)))
    return picture
  }

  private struct Cell: Hashable {
    let layer: Int
    let kind: String
  }
}

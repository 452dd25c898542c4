import Diagnosis
import Spectra

/// A metric over layers and kinds of module, one map a run.
enum HeatMapPlot: Plot {
  static let name = "heatmap"
  static let summary = "Maps of a metric over layers and kinds of module"
  static let caption = """
    One cell a matrix of the last checkpoint; of several of a kind in a layer, such as experts, the one in the middle. \
    Matrices outside the layers (embeddings, head) are in the row "none"; hatched cells have no value. Standard scores are \
    blue where the update avoids the principal directions more than chance explains, and red where it seeks them.
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
      return (run: run, modules: modules)
    }
    let all = maps.flatMap(\.modules)
    let grid = Grid(of: all)
    // As many runs side by side as leave 16 pixels to a cell.
    let room = width - left - bar
    let most = min(6, max(1, Int(room / (16 * Double(grid.kinds.count) + gap))))
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
          picture: draw((metric.name, title), page, grid, color, width: width))
      }
    }
  }

  private static func draw(
    _ metric: (name: String, title: String),
    _ maps: [(run: RunAnalysis, modules: [ModuleAnalysis])], _ grid: Grid, _ color: ColorScale,
    width: Double
  ) -> Picture {
    let room = (width - left - bar - gap * Double(maps.count - 1)) / Double(maps.count)
    let cellWidth = min(room / Double(grid.kinds.count), 64)
    let cellHeight = min(44, max(7, 460 / Double(grid.layers.count)))
    let mapWidth = cellWidth * Double(grid.kinds.count)
    let mapHeight = cellHeight * Double(grid.layers.count)
    let labels = ColumnLabels(grid.kinds, left: left, pitch: cellWidth)
    var picture = Picture(
      width: width, height: top + max(mapHeight + labels.height, 150) + 12,
      title: metric.title, subtitle: "Layer × kind of module, last checkpoint of each run")
    picture.text("layer", 24, top + mapHeight / 2, .middle, "muted", rotated: true)
    for (row, label) in grid.rowLabels(atLeast: 16 / cellHeight) {
      let y = top + (Double(row) + 0.5) * cellHeight + 4
      picture.text(label, left - 8, y, .end, "muted")
    }
    for (index, map) in maps.enumerated() {
      let x = left + Double(index) * (mapWidth + gap)
      picture.text(
        map.run.label.shortened(to: mapWidth + gap - 8, fontSize: 12.5), x, top - 12, .start,
        "panel")
      let found = Dictionary(grouping: map.modules) { Cell($0.identity) }
      for (row, layer) in grid.layers.enumerated() {
        for (column, kind) in grid.kinds.enumerated() {
          let cell = Cell(layer: layer, kind: kind)
          guard grid.contains(cell) else { continue }
          let frame = Frame(
            x: x + Double(column) * cellWidth, y: top + Double(row) * cellHeight,
            width: cellWidth - 1, height: cellHeight - 1)
          if let middle = Middle(of: found[cell] ?? [], metric.name) {
            picture.rectangle(frame, "", color: color.color(middle.value), tip: middle.tip)
          } else {
            picture.rectangle(frame, "missing")
            picture.line(frame.x, frame.bottom, frame.right, frame.y, "gridline")
          }
        }
      }
      labels.draw(in: &picture, left: x, bottom: top + mapHeight)
    }
    color.drawBar(
      in: &picture,
      Frame(
        x: left + Double(maps.count) * (mapWidth + gap), y: top, width: 14,
        height: max(mapHeight, 150)))
    return picture
  }

  private struct Cell: Hashable {
    let layer: Int?
    let kind: String

    init(layer: Int?, kind: String) {
      self.layer = layer
      self.kind = kind
    }

    init(_ identity: ModuleIdentity) { self.init(layer: identity.layer, kind: identity.kind) }
  }

  /// The rows and columns of all maps.
  private struct Grid {
    let kinds: [String]
    /// From the first on; nil for matrices outside the layers, which come last, as their kinds do.
    let layers: [Int?]
    private let layerKinds: Set<String>
    private let outside: Set<String>

    init(of modules: [ModuleAnalysis]) {
      layerKinds = Set(modules.filter { $0.identity.layer != nil }.map(\.identity.kind))
      outside = Set(modules.filter { $0.identity.layer == nil }.map(\.identity.kind))
      kinds = KindOrder.of(layerKinds) + KindOrder.of(outside.subtracting(layerKinds))
      layers =
        Set(modules.compactMap(\.identity.layer)).sorted() + (outside.isEmpty ? [] : [nil])
    }

    /// The rows that have labels.
    /// - Parameter distance: In rows, between two of them.
    func rowLabels(atLeast distance: Double) -> [(row: Int, label: String)] {
      let step = max(1, Int(distance.rounded(.up)))
      let numbers = layers.compactMap(\.self)
      let end = outside.isEmpty ? numbers.count : numbers.count - step + 1
      let shown = stride(from: 0, to: end, by: step).map { ($0, String(numbers[$0])) }
      return outside.isEmpty ? shown : shown + [(numbers.count, "none")]
    }

    /// Whether a matrix may have this place.
    func contains(_ cell: Cell) -> Bool {
      (cell.layer == nil ? outside : layerKinds).contains(cell.kind)
    }
  }

  /// The matrix of a cell that is shown: the one in the middle by its value.
  private struct Middle {
    let value: Double
    let tip: String

    init?(of modules: [ModuleAnalysis], _ metric: String) {
      let known = modules.compactMap { module in
        module.metrics[metric].map { (module: module.identity.module, value: $0) }
      }.sorted { $0.value < $1.value }
      guard !known.isEmpty else { return nil }
      let middle = known[(known.count - 1) / 2]
      value = middle.value
      tip =
        "\(middle.module): \(Numbers.text(value, digits: 4))"
        + (known.count > 1 ? ", in the middle of \(known.count)" : "")
    }
  }
}

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

  private static let metrics: [(name: String, title: String, isLogarithmic: Bool)] = [
    (RelativeUpdateNorm.name, "Size of the update, ‖ΔW‖ / ‖W‖", true),
    (NullZRight.name, "Head share of the input side, in standard deviations from chance", false),
    (HeadShareRight.name, "Share of the update on the base's principal input directions", false),
    (StableRank.name, "Stable rank of the update", false),
    (NormalizedSpectralShift.name, "Normalised spectral shift, ‖Δσ‖ / ‖σ‖", true),
    (PrincipalAngleRightMax.name, "Largest principal angle of the input side, degrees", false),
  ]

  static func figures(of analysis: Analysis) -> [Figure] {
    let runs = Array(analysis.shownRuns.prefix(6))
    let modules = runs.map { run in
      analysis.lastModules(of: run).filter { $0.identity.layer != nil }
    }
    return metrics.compactMap { metric in
      guard modules.contains(where: { $0.contains { $0.metrics[metric.name] != nil } }) else {
        return nil
      }
      return draw(metric, runs, modules).map {
        Figure(
          name: "\(name)-\(metric.name)", title: metric.title, caption: caption, picture: $0)
      }
    }
  }

  private static func draw(
    _ metric: (name: String, title: String, isLogarithmic: Bool), _ runs: [RunAnalysis],
    _ modules: [[ModuleAnalysis]]
  ) -> Picture? {
    let all = modules.joined()
    let kinds = ordered(Set(all.map(\.identity.kind)))
    let layers = Set(all.compactMap(\.identity.layer)).sorted()
    let values = all.compactMap { $0.metrics[metric.name] }
    guard
      let color = ColorScale(
        values, isLogarithmic: metric.isLogarithmic,
        isCentered: metric.name == NullZRight.name)
    else { return nil }

    let left = 64.0, top = 104.0, bar = 92.0, gap = 30.0
    let room = (PanelGrid.width - left - bar - gap * Double(runs.count - 1)) / Double(runs.count)
    let labelHeight = (kinds.map { $0.width(fontSize: 11) }.max() ?? 0) * 0.75 + 22
    let cellWidth = min(room / Double(kinds.count), 64)
    let cellHeight = min(44, max(7, 460 / Double(layers.count)))
    let mapHeight = cellHeight * Double(layers.count)
    var picture = Picture(
      width: PanelGrid.width, height: top + max(mapHeight + labelHeight, 150) + 12,
      title: metric.title,
      summary: "Layer by kind of module, last checkpoint of each run")
    picture.text(metric.title, 18, 26, .start, "title")
    picture.text("Layer × kind of module, last checkpoint", 18, 45, .start, "subtitle muted")
    picture.text("layer", 24, top + mapHeight / 2, .middle, "muted", rotated: true)

    for (index, run) in runs.enumerated() {
      let x = left + Double(index) * (cellWidth * Double(kinds.count) + gap)
      picture.text(
        run.label.shortened(to: cellWidth * Double(kinds.count) + gap - 8, fontSize: 12.5), x,
        top - 12, .start, "panel")
      let found = Dictionary(
        modules[index].map { (Cell(layer: $0.identity.layer ?? 0, kind: $0.identity.kind), $0) },
        uniquingKeysWith: { first, _ in first })
      for (row, layer) in layers.enumerated() {
        let y = top + Double(row) * cellHeight
        if index == 0, row % max(1, Int((16 / cellHeight).rounded(.up))) == 0 {
          picture.text(String(layer), left - 8, y + cellHeight / 2 + 4, .end, "muted")
        }
        for (column, kind) in kinds.enumerated() {
          let frame = Frame(
            x: x + Double(column) * cellWidth, y: y, width: cellWidth - 1,
            height: cellHeight - 1)
          let module = found[Cell(layer: layer, kind: kind)]
          if let value = module?.metrics[metric.name] {
            picture.rectangle(
              frame, "", color: color.color(value),
              tip: "\(module?.identity.module ?? kind): \(short(value))")
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
    let maps = Double(runs.count) * (cellWidth * Double(kinds.count) + gap)
    color.drawBar(
      in: &picture, Frame(x: left + maps, y: top, width: 14, height: max(mapHeight, 150)))
    return picture
  }

  private struct Cell: Hashable {
    let layer: Int
    let kind: String
  }

  /// Attention first, then the feed-forward part, as data flows through a layer; others by name.
  private static func ordered(_ kinds: Set<String>) -> [String] {
    let flow = [
      "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj",
    ]
    return kinds.sorted {
      (flow.firstIndex(of: $0) ?? flow.count, $0) < (flow.firstIndex(of: $1) ?? flow.count, $1)
    }
  }

  static func short(_ value: Double) -> String {
    Scale.label(value, step: max(value.magnitude, 1e-300) / 1000)
  }
}

/// A mapping from values to colours, with its bar.
struct ColorScale {
  private let scale: Scale
  private let isCentered: Bool

  /// - Parameter isCentered: Whether zero is in the middle and both sides are alike.
  init?(_ values: [Double], isLogarithmic: Bool, isCentered: Bool) {
    self.isCentered = isCentered
    if isCentered {
      let reach = max(values.map(\.magnitude).max() ?? 0, 3)
      scale = Scale(kind: .linear, lower: -reach, upper: reach)
    } else if isLogarithmic, let logarithmic = Scale(.logarithmic, over: values, padding: 0) {
      scale = logarithmic
    } else if let linear = Scale(.linear, over: values, padding: 0) {
      scale = linear
    } else {
      return nil
    }
  }

  func color(_ value: Double) -> String {
    isCentered ? Palette.diverging(scale.share(value)) : Palette.sequential(scale.share(value))
  }

  func drawBar(in picture: inout Picture, _ frame: Frame) {
    let steps = 48
    for step in 0..<steps {
      let share = (Double(step) + 0.5) / Double(steps)
      let height = frame.height / Double(steps)
      picture.rectangle(
        Frame(
          x: frame.x, y: frame.bottom - Double(step + 1) * height, width: frame.width,
          height: height + 0.5), "",
        color: isCentered ? Palette.diverging(share) : Palette.sequential(share))
    }
    for tick in scale.ticks(5) {
      let y = frame.bottom - scale.share(tick.value) * frame.height
      picture.line(frame.right, y, frame.right + 4, y, "axis")
      picture.text(tick.label, frame.right + 7, y + 4, .start, "muted")
    }
  }
}

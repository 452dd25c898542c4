import Diagnosis
import LinearAlgebra
import Spectra

/// The singular values of the update for each kind of module, one line a checkpoint.
enum UpdateSpectraPlot: Plot {
  static let name = "update-spectra"
  static let summary = "Singular values of the update by kind of module, over steps"
  static let caption = """
    Singular values of the update, largest first, on a logarithmic scale; each line is the median over \
    layers at one checkpoint, from dark (early) to bright (late), and the band shows the range over \
    layers at the last one. All panels have the same vertical axis. A line that falls off a cliff uses few directions.
    """

  static func figures(of analysis: Analysis, width: Double) -> [Figure] {
    analysis.shownRuns.compactMap { run in
      draw(run, analysis.modules.filter { $0.identity.run == run.name }, width: width).map {
        Figure(
          name: analysis.figureName(Self.self, of: run),
          title: "Singular values of the update: \(run.label)", caption: caption, picture: $0)
      }
    }
  }

  private static func draw(_ run: RunAnalysis, _ modules: [ModuleAnalysis], width: Double)
    -> Picture?
  {
    let spectra = modules.filter { ($0.updateSingularValues.first ?? 0) > 0 }
    let kinds = Dictionary(grouping: spectra, by: \.identity.kind).sorted { $0.key < $1.key }
      .prefix(12)
    let steps = Set(spectra.map(\.identity.step)).sorted().thinned(to: 8)
    // All panels have one scale, so that kinds can be compared. Below a millionth of the top there is only rounding.
    guard let lastStep = steps.last,
      let y = Scale(
        .logarithmic, over: kinds.flatMap { $0.value.flatMap(\.updateSingularValues) }, decades: 6)
    else { return nil }
    let grid = PanelGrid(
      count: kinds.count, columns: PanelGrid.columns(3, width: width), width: width,
      panelHeight: 170,
      legend: Legend(
        items: steps.enumerated().map {
          .init(label: "step \($1)", color: color($0, of: steps.count))
        }),
      title: "Singular values of the update: \(run.label)",
      subtitle: "Median over layers for each checkpoint; band: range over layers at the last one")
    var picture = grid.picture()
    for (index, (kind, members)) in kinds.enumerated() {
      let byStep = Dictionary(grouping: members, by: \.identity.step)
      let longest = members.map(\.updateSingularValues.count).max() ?? 1
      let x = Scale(kind: .linear, lower: 1, upper: Double(max(longest, 2)))
      let axes = Axes(frame: grid.frame(index), x: x, y: y)
      axes.draw(
        in: &picture, title: kind, xTitle: "singular index",
        yTitle: grid.isFirst(index) ? "singular value" : nil,
        xTicks: Scale.Tick.counts([1, (longest + 1) / 2, longest]))
      for (number, step) in steps.enumerated() {
        guard let found = byStep[step] else { continue }
        let lines = curves(found.map(\.updateSingularValues)).filter { $0.median >= y.lower }
        let tone = color(number, of: steps.count)
        if step == lastStep, found.count > 1 {
          picture.polygon(
            lines.map { axes.point(Double($0.index), $0.high) }
              + lines.reversed().map { axes.point(Double($0.index), $0.low) }, "area", color: tone)
        }
        picture.polyline(
          lines.map { axes.point(Double($0.index), $0.median) }, "", color: tone,
          name: "step \(step)")
        if lines.count == 1, let only = lines.first {
          let point = axes.point(Double(only.index), only.median)
          picture.circle(point.x, point.y, radius: 2.6, "neutralfill")
        }
      }
    }
    return picture
  }

  /// Median and range over layers at some indices, counted from one: all indices if there are few, otherwise
  /// more sparsely further down.
  private static func curves(
    _ spectra: [[Double]]
  ) -> [(index: Int, low: Double, median: Double, high: Double)] {
    let count = spectra.map(\.count).max() ?? 0
    let stride = max(1, count / 160)
    return (0..<count).filter { $0 < 16 || $0 % stride == 0 || $0 == count - 1 }.compactMap {
      index in
      let values = spectra.filter { $0.count > index }.map { $0[index] }.filter { $0 > 0 }
      guard let low = values.min(), let high = values.max(),
        let middle = SampleQuantile.value(at: 0.5, of: values)
      else { return nil }
      return (index + 1, low, middle, high)
    }
  }

  private static func color(_ index: Int, of count: Int) -> String {
    Palette.sequential(count < 2 ? 0.45 : 0.12 + 0.7 * Double(index) / Double(count - 1))
  }
}

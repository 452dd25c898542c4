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

  static func figures(of analysis: Analysis, width: Double) throws -> [Figure] {
    try analysis.shownRuns.compactMap { run in
      try draw(run, analysis.modules.of(run: run.name), width: width).map {
        Figure(
          name: analysis.figureName(Self.self, of: run),
          title: "Singular values of the update: \(run.label)", caption: caption, picture: $0)
      }
    }
  }

  private static func draw(
    _ run: RunAnalysis, _ modules: StoredResults<ModuleAnalysis>, width: Double
  ) throws -> Picture? {
    var extents = [String: Extent]()
    try modules.forEach { module in
      guard module.hasUpdateSpectrum else { return }
      extents[module.identity.kind, default: Extent()].add(module)
    }
    let kinds = extents.sorted { $0.key < $1.key }.prefix(12)
    let steps = Set(extents.values.flatMap(\.longest.keys)).sorted().thinned(to: 8)
    // All panels have one scale, so that kinds can be compared. Below a millionth of the top there is only rounding.
    guard let lastStep = steps.last,
      let y = Scale(
        .logarithmic, over: kinds.flatMap { [$0.value.low, $0.value.high] }, decades: 6)
    else { return nil }
    let lines = try steps.map { step in
      try curves(
        at: step, Dictionary(uniqueKeysWithValues: kinds.map { ($0.key, $0.value) }), modules)
    }
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
    for (index, (kind, extent)) in kinds.enumerated() {
      let longest = extent.longest.values.max() ?? 1
      let x = Scale(kind: .linear, lower: 1, upper: Double(max(longest, 2)))
      let axes = Axes(frame: grid.frame(index), x: x, y: y)
      axes.draw(
        in: &picture, title: kind, xTitle: "singular index",
        yTitle: grid.isFirst(index) ? "singular value" : nil,
        xTicks: Scale.Tick.counts([1, (longest + 1) / 2, longest]))
      for (number, step) in steps.enumerated() {
        guard let found = lines[number][kind] else { continue }
        let lines = found.points.filter { $0.median >= y.lower }
        let tone = color(number, of: steps.count)
        if step == lastStep, found.members > 1 {
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

  /// What is known of the spectra of a kind of module before they are drawn.
  private struct Extent {
    /// The smallest and the largest value that a logarithmic scale can show.
    private(set) var low = Double.infinity, high = 0.0
    /// By step: the length of the longest spectrum.
    private(set) var longest: [Int: Int] = [:]

    mutating func add(_ module: ModuleAnalysis) {
      for value in module.updateSingularValues where value > 0 && value.isFinite {
        low = min(low, value)
        high = max(high, value)
      }
      let step = module.identity.step
      longest[step] = max(longest[step] ?? 0, module.updateSingularValues.count)
    }
  }

  /// Median and range over the layers of a kind, at some indices counted from one.
  private struct Curve {
    let members: Int
    let points: [(index: Int, low: Double, median: Double, high: Double)]
  }

  /// The curves of each kind at a step. Of each spectrum only what is drawn is kept.
  private static func curves(
    at step: Int, _ extents: [String: Extent], _ modules: StoredResults<ModuleAnalysis>
  ) throws -> [String: Curve] {
    var values = [String: (members: Int, columns: [[Double]])]()
    let indices = extents.compactMapValues { $0.longest[step].map(shownIndices) }
    try modules.at(step: step).forEach { module in
      let kind = module.identity.kind
      guard module.hasUpdateSpectrum, let indices = indices[kind] else { return }
      let spectrum = module.updateSingularValues
      var found = values[kind] ?? (0, [[Double]](repeating: [], count: indices.count))
      values[kind] = nil
      found.members += 1
      for (place, index) in indices.enumerated()
      where index < spectrum.count && spectrum[index] > 0 {
        found.columns[place].append(spectrum[index])
      }
      values[kind] = found
    }
    return values.reduce(into: [:]) { curves, found in
      let points = zip(indices[found.key] ?? [], found.value.columns).compactMap { index, column in
        column.min().flatMap { low in
          column.max().flatMap { high in
            SampleQuantile.value(at: 0.5, of: column).map { (index + 1, low, $0, high) }
          }
        }
      }
      curves[found.key] = Curve(members: found.value.members, points: points)
    }
  }

  /// All indices if there are few, otherwise more sparsely further down.
  private static func shownIndices(_ count: Int) -> [Int] {
    let stride = max(1, count / 160)
    return (0..<count).filter { $0 < 16 || $0 % stride == 0 || $0 == count - 1 }
  }

  private static func color(_ index: Int, of count: Int) -> String {
    Palette.sequential(count < 2 ? 0.45 : 0.12 + 0.7 * Double(index) / Double(count - 1))
  }
}

extension ModuleAnalysis {
  fileprivate var hasUpdateSpectrum: Bool { (updateSingularValues.first ?? 0) > 0 }
}

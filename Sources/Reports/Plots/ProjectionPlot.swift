import Diagnosis
import Spectra

/// Where the energy of the update lies over the singular index of its base, beside chance and the base's
/// own energy: relative to chance above, cumulative below.
enum ProjectionPlot: Plot {
  static let name = "projection"
  static let summary = "Energy of the update over the base's singular index, with chance"
  static let caption = """
    Left to right runs from the base's largest singular direction to its smallest. An update in a random \
    orientation would follow the dashed line, at one; an update on the principal subspace rises above it \
    on the left, one that avoids it falls below. Averages over the matrices of the last checkpoint.
    """

  fileprivate struct Curves {
    let run: RunAnalysis
    let right: [Double], left: [Double], base: [Double], null: [Double]

    func relativeToChance(_ energies: [Double]) -> [Double] { zip(energies, null).map { $0 / $1 } }
  }

  static func figures(of analysis: Analysis, width: Double) throws -> [Figure] {
    let curves = try analysis.shownRuns.compactMap { try Curves(run: $0, analysis) }
    guard !curves.isEmpty else { return [] }
    // Four are shown as two and two, not as three and one.
    let most = PanelGrid.columns(3, width: width)
    let pageCount = (curves.count + most - 1) / most
    let perRow = (curves.count + pageCount - 1) / pageCount
    let pages = stride(from: 0, to: curves.count, by: perRow).map {
      Array(curves[$0..<min($0 + perRow, curves.count)])
    }
    return pages.enumerated().map { index, page in
      Figure(
        name: pages.count == 1 ? name : "\(name)-\(index + 1)",
        title: "Where the update's energy lies", caption: caption,
        picture: draw(page, columns: perRow, width: width))
    }
  }

  private static func draw(_ curves: [Curves], columns: Int, width: Double) -> Picture {
    let grid = PanelGrid(
      count: columns * 2, columns: columns, width: width, panelHeight: 190,
      legend: Legend(items: [
        .init(label: "update, input side", style: "s0"),
        .init(label: "update, output side", style: "s1"),
        .init(label: "chance", style: "neutral dash1"),
        .init(label: "base weight", style: "neutral"),
      ]),
      title: "Where the update's energy lies",
      subtitle:
        "Share of energy over the base's singular directions, largest first; last checkpoint")
    var picture = grid.picture()
    // Bins may differ by one direction; relative to chance that makes no difference.
    let all = curves.flatMap { curve in
      [curve.right, curve.left, curve.base].flatMap { curve.relativeToChance($0) }
    }
    guard let density = Scale(.logarithmic, over: all + [1], decades: 4) else {
      return picture
    }
    let index = Scale(kind: .linear, lower: 0, upper: 1)
    for (column, curve) in curves.enumerated() {
      let above = Axes(frame: grid.frame(column), x: index, y: density)
      above.draw(
        in: &picture, title: curve.run.label, xTitle: nil,
        yTitle: column == 0 ? "energy relative to chance" : nil)
      let below = Axes(
        frame: grid.frame(columns + column), x: index,
        y: Scale(kind: .linear, lower: 0, upper: 1))
      below.draw(
        in: &picture, title: "cumulative", xTitle: "relative singular index",
        yTitle: column == 0 ? "cumulative share" : nil)
      for (values, style, label) in [
        (curve.base, "neutral", "base weight"), (curve.null, "neutral dash1", "chance"),
        (curve.left, "s1", "update, output side"), (curve.right, "s0", "update, input side"),
      ] {
        let count = Double(values.count)
        picture.polyline(
          curve.relativeToChance(values).enumerated().map {
            above.point((Double($0.offset) + 0.5) / count, max($0.element, density.lower))
          }, style, name: label)
        var sum = 0.0
        picture.polyline(
          [below.point(0, 0)]
            + values.enumerated().map {
              sum += $0.element
              return below.point((Double($0.offset) + 1) / count, sum)
            }, style, name: label)
      }
    }
    return picture
  }
}

extension ProjectionPlot.Curves {
  /// The means over all modules with the most common number of bins.
  fileprivate init?(run: RunAnalysis, _ analysis: Analysis) throws {
    var sums = [Int: (count: Int, bins: [ProjectionBin])]()
    try analysis.lastModules(of: run).forEach { module in
      let bins = module.projection
      guard !bins.isEmpty else { return }
      let sum = sums[bins.count]
      sums[bins.count] = (
        (sum?.count ?? 0) + 1, sum.map { zip($0.bins, bins).map { $0.adding($1) } } ?? bins
      )
    }
    guard let most = sums.max(by: { ($0.value.count, $0.key) < ($1.value.count, $1.key) })?.value
    else { return nil }
    func mean(_ column: KeyPath<ProjectionBin, Double>) -> [Double] {
      most.bins.map { $0[keyPath: column] / Double(most.count) }
    }
    self.init(
      run: run, right: mean(\.updateEnergyRight), left: mean(\.updateEnergyLeft),
      base: mean(\.baseEnergy), null: mean(\.nullEnergyRight))
  }
}

extension ProjectionBin {
  /// The sums of the energies.
  fileprivate func adding(_ other: ProjectionBin) -> ProjectionBin {
    ProjectionBin(
      baseEnergy: baseEnergy + other.baseEnergy,
      updateEnergyRight: updateEnergyRight + other.updateEnergyRight,
      updateEnergyLeft: updateEnergyLeft + other.updateEnergyLeft,
      nullEnergyRight: nullEnergyRight + other.nullEnergyRight,
      nullEnergyLeft: nullEnergyLeft + other.nullEnergyLeft)
  }
}

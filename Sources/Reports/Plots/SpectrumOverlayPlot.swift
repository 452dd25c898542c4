import Diagnosis
import Spectra

/// The spectra of base, adapted weight and update of the most changed module of each kind.
enum SpectrumOverlayPlot: Plot {
  static let name = "spectra"
  static let summary = "Spectra of base, adapted weight and update of the most changed modules"
  static let caption = """
    The most changed matrix of each kind at the last checkpoint, on logarithmic scales. Where the update's \
    line lies below the base's it cannot reorder its directions; where both meet it can.
    """

  static func figures(of analysis: Analysis, width: Double) throws -> [Figure] {
    try analysis.shownRuns.compactMap { run in
      draw(run, try mostChanged(in: analysis.lastModules(of: run)), width: width).map {
        Figure(
          name: analysis.figureName(Self.self, of: run),
          title: "Base, adapted weight and update: \(run.label)", caption: caption, picture: $0)
      }
    }
  }

  /// The most changed matrix of each kind, at most twelve.
  private static func mostChanged(
    in modules: StoredResults<ModuleAnalysis>
  ) throws -> [ModuleAnalysis] {
    func size(_ module: ModuleAnalysis) -> Double { module.metrics[RelativeUpdateNorm.name] ?? 0 }
    var most = [String: ModuleAnalysis]()
    try modules.forEach { module in
      let isUsable =
        !module.baseSingularValues.isEmpty && (module.updateSingularValues.first ?? 0) > 0
      guard isUsable else { return }
      let kind = module.identity.kind
      if let known = most[kind], size(known) >= size(module) { return }
      most[kind] = module
    }
    return Array(most.sorted { $0.key < $1.key }.map(\.value).prefix(12))
  }

  private static func draw(
    _ run: RunAnalysis, _ chosen: [ModuleAnalysis], width: Double
  ) -> Picture? {
    guard !chosen.isEmpty else { return nil }
    let grid = PanelGrid(
      count: chosen.count, columns: PanelGrid.columns(3, width: width), width: width,
      panelHeight: 170,
      legend: Legend(items: [
        .init(label: "base weight", style: "neutral"),
        .init(label: "base + update", style: "s2 dash1"),
        .init(label: "update", style: "s1"),
      ]),
      title: "Base, adapted weight and update: \(run.label)",
      subtitle: "Singular values of the most changed matrix of each kind, step "
        + "\(chosen[0].identity.step)")
    var picture = grid.picture()
    for (index, module) in chosen.enumerated() {
      let spectra = [
        (module.baseSingularValues, "neutral", "base weight"),
        (module.adaptedSingularValues, "s2 dash1", "base + update"),
        (module.updateSingularValues, "s1", "update"),
      ]
      guard let y = Scale(.logarithmic, over: spectra.flatMap(\.0), decades: 6),
        let x = Scale(
          .logarithmic, over: [1, Double(max(module.baseSingularValues.count, 2))], padding: 0)
      else { continue }
      let axes = Axes(frame: grid.frame(index), x: x, y: y)
      axes.draw(
        in: &picture, title: title(of: module, in: axes.frame), xTitle: "singular index",
        yTitle: grid.isFirst(index) ? "singular value" : nil)
      for (values, style, label) in spectra {
        let stride = max(1, values.count / 200)
        picture.polyline(
          values.indices.filter {
            values[$0] >= y.lower && ($0 < 24 || $0 % stride == 0 || $0 == values.count - 1)
          }.map { axes.point(Double($0 + 1), values[$0]) }, style, name: label)
      }
    }
    return picture
  }

  /// `down_proj, layer 3`, or where that is too wide `down, layer 3`.
  private static func title(of module: ModuleAnalysis, in frame: Frame) -> String {
    let kind = module.identity.kind
    let title = module.identity.layer.map { "\(kind), layer \($0)" } ?? kind
    // The axes cut what is still too wide.
    return title.width(fontSize: 12.5) <= frame.width
      ? title : title.replacing("_proj", with: "")
  }
}

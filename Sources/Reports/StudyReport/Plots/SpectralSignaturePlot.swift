import Spectra
import Studies

/// How the weights of a few arms move: angles, spectral shift, head share and size over steps.
enum SpectralSignaturePlot: StudyPlot {
  static let name = "spectral-signature"
  static let summary =
    "Principal angles, spectral shift, head share and size of the update over steps"
  static let caption = """
    Medians over matrices, means over seeds with 95 % intervals, at the common learning rate. Size, angle and shift \
    together show how far a run has moved; the head share shows where.
    """
  private static let most = 6

  static func figures(of study: StudyResults) -> [Figure] {
    let arms = chosenArms(of: study)
    let metrics: [(name: String, title: String, unit: String, kind: Scale.Kind)] = [
      (RelativeUpdateNorm.name, "size of the update", "‖ΔW‖ / ‖W‖", .logarithmic),
      (PrincipalAngleRightMax.name, "largest principal angle, input side", "degrees", .logarithmic),
      (NormalizedSpectralShift.name, "normalised spectral shift", "‖Δσ‖ / ‖σ‖", .logarithmic),
      (HeadShareRight.name, "share of energy on the principal input directions", "share", .linear),
    ]
    let title = "How far and where the weights move"
    let panels = metrics.map { metric in
      SignaturePanel(
        title: metric.title, unit: metric.unit, kind: metric.kind,
        series: arms.map {
          study.runs(ofArm: $0).at(rate: study.shownRate(of: $0)).metric(metric.name)
            // The first step of a warm-up is left out.
            .filter { $0.x > 1 }
        })
    }.filter { $0.series.contains { $0.count > 1 } }
    guard !panels.isEmpty else { return [] }
    return figure(title: title, draw(panels, arms, title))
  }

  /// The baseline, then what collapsed, then the rest: as many arms as can be told apart.
  private static func chosenArms(of study: StudyResults) -> [String] {
    let methods = study.methodArms.filter { $0 != study.baseline }
    let lost = methods.filter { study.runs(ofArm: $0).at(rate: study.shownRate(of: $0)).areLost }
    let named = ["milora", "rlpo", "dora", "full"].filter {
      methods.contains($0) && !lost.contains($0)
    }
    let rest = methods.filter { !lost.contains($0) && !named.contains($0) }
    // PiSSA is what the study is about.
    let first = lost.sorted { ($0 == "pissa" ? 0 : 1) < ($1 == "pissa" ? 0 : 1) }
    return Array(([study.baseline] + first.prefix(3) + named + rest).prefix(most))
  }

  private struct SignaturePanel {
    let title: String, unit: String
    let kind: Scale.Kind
    let series: [[SeriesPoint]]
  }

  private static func draw(_ panels: [SignaturePanel], _ arms: [String], _ title: String) -> Picture {
    let grid = PanelGrid(
      count: panels.count, columns: 2, panelHeight: 190,
      legend: Legend(
        items: arms.enumerated().map { .init(label: $1, style: seriesStyle($0).line) }),
      title: title, subtitle: "Medians over matrices; mean over seeds with 95 % interval")
    var picture = grid.picture()
    for (index, panel) in panels.enumerated() {
      let points = panel.series.flatMap { $0 }
      guard let x = Scale(.logarithmic, over: points.map(\.x)),
        let y = Scale(
          panel.kind, over: points.flatMap { [$0.mean, $0.low ?? $0.mean, $0.high ?? $0.mean] })
      else { continue }
      let axes = Axes(frame: grid.frame(index), x: x, y: y)
      axes.draw(in: &picture, title: panel.title, xTitle: "step", yTitle: panel.unit)
      for (number, series) in panel.series.enumerated() {
        let style = seriesStyle(number)
        picture.polygon(
          series.map { axes.point($0.x, $0.high ?? $0.mean) }
            + series.reversed().map { axes.point($0.x, $0.low ?? $0.mean) }, style.fill)
        picture.polyline(series.map { axes.point($0.x, $0.mean) }, style.line)
      }
    }
    return picture
  }
}

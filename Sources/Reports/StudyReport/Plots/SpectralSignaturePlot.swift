import Spectra
import Studies

/// How the weights of a few arms move: angles, spectral shift, head share and size over steps.
enum SpectralSignaturePlot: StudyPlot {
  static let name = "spectral-signature"
  static let summary =
    "Principal angles, spectral shift, head share and size of the update over steps"
  static let caption = """
    Medians over matrices, means over seeds with 95 % intervals, at the learning rate beside a name, else at the common \
    one. Size, angle and shift together show how far a run has moved; the head share shows where.
    """
  private static let most = 8

  static func figures(of study: StudyResults, width: Double) -> [Figure] {
    let arms = chosenArms(of: study)
    let metrics:
      [(
        name: String, title: String, unit: String, kind: Scale.Kind, range: ClosedRange<Double>
      )] = [
        (
          RelativeUpdateNorm.name, "size of the update", "‖ΔW‖ / ‖W‖", .logarithmic, 0...(.infinity)
        ),
        (
          PrincipalAngleRightMax.name, "largest principal angle, input side", "degrees",
          .logarithmic, 0...90
        ),
        (
          NormalizedSpectralShift.name, "normalised spectral shift", "‖Δσ‖ / ‖σ‖", .logarithmic,
          0...(.infinity)
        ),
        (
          HeadShareRight.name, TopCount.naming("head share, input side", study.topCount), "share",
          .linear, 0...1
        ),
      ]
    let title = "How far and where the weights move"
    let panels = metrics.map { metric in
      SignaturePanel(
        title: metric.title, unit: metric.unit, kind: metric.kind,
        series: arms.map {
          study.runs(ofArm: $0).at(rate: study.shownRate(of: $0))
            .metric(metric.name, in: metric.range)
            // The first step of a warm-up is left out.
            .filter { $0.x > 1 }
        })
    }.filter { $0.series.contains { $0.count > 1 } }
    guard !panels.isEmpty else { return [] }
    return figure(title: title, draw(panels, arms, of: study, width, title))
  }

  /// The baseline and what collapsed, then the rest: as many arms as can be told apart, in the study's order.
  private static func chosenArms(of study: StudyResults) -> [String] {
    let methods = study.methodArms
    let lost = methods.filter { study.runs(ofArm: $0).at(rate: study.shownRate(of: $0)).areLost }
    let wanted = [study.baseline] + lost + methods
    var chosen = Set<String>()
    for arm in wanted where chosen.count < most && methods.contains(arm) { chosen.insert(arm) }
    return methods.filter(chosen.contains)
  }

  private struct SignaturePanel {
    let title: String, unit: String
    let kind: Scale.Kind
    let series: [[SeriesPoint]]
  }

  private static func draw(
    _ panels: [SignaturePanel], _ arms: [String], of study: StudyResults, _ width: Double,
    _ title: String
  ) -> Picture {
    let styles = study.styles(ofArms: arms)
    let grid = PanelGrid(
      count: panels.count, columns: PanelGrid.columns(2, width: width), width: width,
      panelHeight: 190,
      legend: Legend(
        items: zip(arms, styles).map {
          .init(label: study.shownLabel(of: $0), style: $1.line, mark: $1)
        }),
      title: title, subtitle: "Medians over matrices; mean over seeds with 95 % interval")
    var picture = grid.picture()
    for (index, panel) in panels.enumerated() {
      let points = panel.series.flatMap { $0 }
      guard let x = Scale(.logarithmic, over: points.map(\.x)),
        let y = Scale(
          panel.kind, over: points.flatMap { [$0.mean, $0.low ?? $0.mean, $0.high ?? $0.mean] },
          decades: 4)
      else { continue }
      let axes = Axes(frame: grid.frame(index), x: x, y: y)
      axes.draw(
        in: &picture, title: panel.title, xTitle: "step", yTitle: panel.unit,
        xTicks: Scale.Tick.counts(points.map { Int($0.x) }))
      for (series, (style, arm)) in zip(panel.series, zip(styles, arms)) {
        picture.polygon(
          series.map { axes.point($0.x, $0.high ?? $0.mean) }
            + series.reversed().map { axes.point($0.x, $0.low ?? $0.mean) }, "area \(style.fill)")
        let places = series.map { axes.point($0.x, $0.mean) }
        picture.polyline(places, style.line, name: arm)
        if places.count <= 12 { for place in places { picture.marker(place, style) } }
      }
    }
    return picture
  }
}

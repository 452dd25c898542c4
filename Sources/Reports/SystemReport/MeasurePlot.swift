import Studies

/// A measure of a system over its axis: a line and a band for each arm.
struct MeasurePlot {
  let measure: SystemDescription.Measure
  let arms: [SystemDescription.Arm]
  /// Of the picture.
  let width: Double
  private let measurements: [SystemMeasurement]

  init(
    measure: SystemDescription.Measure, arms: [SystemDescription.Arm],
    _ measurements: [SystemMeasurement], width: Double
  ) {
    self.measure = measure
    self.arms = arms
    self.width = width
    self.measurements = measurements.filter { $0.measure == measure.name }
  }

  /// Nil if nothing was measured at more than one place.
  var figure: Figure? {
    guard Set(measurements.map(\.x)).count > 1 else { return nil }
    let lines = arms.enumerated().compactMap { index, arm -> SmallMultiples.Line? in
      let points = curve(of: arm.name)
      let style = SeriesStyle(
        color: index, variant: index / Palette.series.count)
      return points.isEmpty
        ? nil : .init(points: points, style: style, name: arm.name, isMarked: points.count < 16)
    }
    let picture = SmallMultiples(
      panels: [.init(title: isWide ? measure.summary : "", lines: lines)], width: width, columns: 1,
      panelHeight: 260,
      xKind: Self.kind(measure.axisScale), yKind: Self.kind(measure.scale), xTitle: measure.axis,
      yTitle: yTitle, xTicks: ticks, yRange: measure.range,
      legend: lines.map { .init(label: $0.name, style: $0.style.line, mark: $0.style) }
    ).draw(title: measure.title, subtitle: "Mean over seeds with 95 % interval")
    return picture.map { picture in
      Figure(
        name: measure.name, title: measure.title,
        caption:
          "\(measure.summary.capitalizedFirst), by \(measure.axis); mean and 95 % interval over seeds.",
        picture: picture)
    }
  }

  /// Whether what the measure is fits above the panel; the vertical axis names it.
  private var isWide: Bool { measure.summary.width(fontSize: 12.5) <= width - 100 }

  private var yTitle: String {
    measure.title + (measure.shownUnit.map { " (\($0))" } ?? "")
  }

  /// Where something was measured, if the places are few; nil for round numbers.
  private var ticks: [Scale.Tick]? {
    let places = Set(measurements.map(\.x)).sorted()
    guard places.count <= Self.mostPlaces else { return nil }
    return places.map { Scale.Tick(value: $0, label: Numbers.setting($0)) }
  }

  private static let mostPlaces = 12

  private func curve(
    of arm: String
  ) -> [(x: Double, y: Double, low: Double?, high: Double?)] {
    Dictionary(grouping: measurements.filter { $0.arm == arm }, by: \.x).sorted { $0.key < $1.key }
      .compactMap { x, points in SeriesPoint(x: x, values: points.map(\.value))?.point }
  }

  private static func kind(_ scale: SystemDescription.Measure.Scale) -> Scale.Kind {
    switch scale {
    case .linear: .linear
    case .logarithmic: .logarithmic
    }
  }
}

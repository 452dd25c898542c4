import Diagnosis
import LinearAlgebra
import Spectra

/// How straight the way of the weights was: the share of its first direction and the cosine of successive increments,
/// for each kind of module.
enum TrajectoryPlot: Plot {
  static let name = "trajectory"
  static let summary =
    "How straight the path of each kind of module is over the checkpoints, with chance"
  static let caption = """
    A mark is the median over the matrices of a kind, a bar reaches from the first to the third quartile; the \
    dashed line is the median of a random walk with steps of the same lengths. A path above it on the left is more \
    of one direction than steps without memory would be; on the right, values above zero are steps that go on where \
    the last ones went, and values below zero steps that swing back.
    """

  private static let metrics: [(name: String, title: String, unit: String)] = [
    (PathFirstShare.name, "share of the first direction", "share of energy"),
    (IncrementCosine.name, "cosine of successive increments", "cosine"),
  ]

  static func figures(of analysis: Analysis, width: Double) throws -> [Figure] {
    let shown = Set(metrics.map(\.name))
    var paths = [String: [String: Values]]()
    try analysis.trajectories.forEach { path in
      guard !path.metrics.isEmpty else { return }
      paths[path.identity.run, default: [:]][path.identity.kind, default: Values()]
        .add(path, shown)
    }
    let runs = analysis.shownRuns.filter { paths[$0.name] != nil }
    let kinds = KindOrder.of(Set(runs.flatMap { (paths[$0.name] ?? [:]).keys }))
    guard !kinds.isEmpty else { return [] }
    let title = "How straight the weights moved"
    let styles = SeriesStyle.styles(ofMethods: runs.map(\.method))
    func grid(labels: Double) -> PanelGrid {
      PanelGrid(
        count: metrics.count, columns: PanelGrid.columns(metrics.count, width: width), width: width,
        panelHeight: 220, rowGap: 50 + labels, labelHeight: labels,
        legend: Legend(
          items: zip(runs, styles).map { .init(label: $0.label, style: $1.line, mark: $1) }
            + [.init(label: "random walk", style: "neutral dash1")]),
        title: title, subtitle: "Median and quartiles over the matrices of a kind, all checkpoints")
    }
    let first = grid(labels: 0).frame(0)
    let labels = ColumnLabels(kinds, left: first.x, pitch: first.width / Double(kinds.count))
    let grid = grid(labels: labels.height)
    var picture = grid.picture()
    for (index, metric) in metrics.enumerated() {
      let columns = runs.map { run in
        kinds.map { kind in Column(paths[run.name]?[kind] ?? Values(), metric.name) }
      }
      draw(columns, styles, labels, metric, in: grid.frame(index), &picture)
    }
    return [Figure(name: name, title: title, caption: caption, picture: picture)]
  }

  /// The values of one kind of module in one run, by metric.
  private struct Values {
    private(set) var metrics: [String: [Double]] = [:], nulls: [String: [Double]] = [:]

    mutating func add(_ path: ModuleTrajectory, _ shown: Set<String>) {
      for (name, value) in path.metrics where shown.contains(name) {
        metrics[name, default: []].append(value)
      }
      for (name, value) in path.nulls where shown.contains(name) {
        nulls[name, default: []].append(value)
      }
    }
  }

  /// One kind of module in one run.
  private struct Column {
    let low: Double?, median: Double?, high: Double?
    /// The median of the random walks.
    let null: Double?

    init(_ paths: Values, _ metric: String) {
      let values = paths.metrics[metric] ?? []
      low = SampleQuantile.value(at: 0.25, of: values)
      median = SampleQuantile.median(of: values)
      high = SampleQuantile.value(at: 0.75, of: values)
      null = SampleQuantile.median(of: paths.nulls[metric] ?? [])
    }
  }

  /// - Parameter columns: For each run, one for each kind.
  private static func draw(
    _ columns: [[Column]], _ styles: [SeriesStyle], _ labels: ColumnLabels,
    _ metric: (name: String, title: String, unit: String), in frame: Frame,
    _ picture: inout Picture
  ) {
    let values = columns.joined().flatMap { [$0.low, $0.high, $0.null] }.compactMap(\.self)
    guard let y = Scale(.linear, over: values, padding: 0.08) else { return }
    let count = columns.first?.count ?? 0
    let axes = Axes(
      frame: frame, x: Scale(kind: .linear, lower: 0, upper: Double(count)), y: y)
    axes.draw(
      in: &picture, title: metric.title, xTitle: nil, yTitle: metric.unit, xTicks: [])
    labels.draw(in: &picture, left: frame.x, bottom: frame.bottom)
    for number in 0..<count {
      for (run, (column, style)) in zip(columns, styles).enumerated() {
        let width = 0.8 / Double(columns.count)
        let left = Double(number) + 0.1 + width * Double(run)
        if let null = column[number].null {
          picture.polyline(
            [axes.point(left, null), axes.point(left + width, null)], "neutral dash1")
        }
        guard let low = column[number].low, let median = column[number].median,
          let high = column[number].high
        else { continue }
        let middle = left + width / 2
        picture.polyline([axes.point(middle, low), axes.point(middle, high)], style.line)
        picture.marker(axes.point(middle, median), style)
      }
    }
  }
}

import Diagnosis
import Spectra
import Studies

/// The curve that runs are judged by, a panel an arm and a line a run.
enum OutcomeOverStepsPlot: StudyPlot {
  static let name = "outcome-over-steps"
  static let summary = "What runs are judged by over training, a line a run"
  static let caption = sentence(
    averagedOver: "a twentieth of its points, at least five, or of fewer than twenty a quarter")

  private static func sentence(averagedOver window: String) -> String {
    """
    The logged curve that says how a run went, averaged over \(window). One line is one run, with its learning rate at the \
    end where there are several; grey: the runs of the baseline.
    """
  }

  static func figures(of study: StudyResults, width: Double) -> [Figure] {
    guard study.measure.quantity != nil else { return [] }
    let curves = study.runs.reduce(into: [String: SmoothedCurve]()) { curves, run in
      curves[run.name] = run.outcome.flatMap { run.curves[$0.curveName] }.map { SmoothedCurve($0) }
    }
    return RunLines(study: study) { run in
      curves[run.name]?.whole.map { (Double($0.step), $0.value) } ?? []
    }.figures(
      name: name, width: width, title: "\(study.measure.name.capitalizedFirst) over training",
      caption: sentence(averagedOver: windows(of: curves.values.map(\.window))),
      yTitle: study.measure.name, yKind: .linear)
  }

  /// The windows of the curves that are drawn: `2 points`, `5 to 8 points`.
  private static func windows(of counts: [Int]) -> String {
    let (least, most) = (counts.min() ?? 1, counts.max() ?? 1)
    if most == 1 { return "nothing: it is short" }
    return least == most ? "\(most) points" : "\(least) to \(most) points"
  }
}

/// How large updates are over training, a panel an arm and a line a run.
enum SizeOverStepsPlot: StudyPlot {
  static let name = "size-over-steps"
  static let summary = "How large the update is over training, a line a run"
  static let caption = """
    The size of the update as a share of its base, in the median over matrices, at each checkpoint. One line is one \
    run; grey: the runs of the baseline.
    """

  static func figures(of study: StudyResults, width: Double) -> [Figure] {
    RunLines(study: study) { run in
      run.steps.compactMap { summary in
        summary.medians[RelativeUpdateNorm.name].map { (Double(summary.step), $0) }
      }.filter { $0.1 > 0 }
    }.figures(
      name: name, width: width, title: "Size of the update over training", caption: caption,
      yTitle: "‖ΔW‖ / ‖W‖", yKind: .logarithmic)
  }
}

/// Panels for arms with a line for each run, those of the baseline in grey behind.
struct RunLines {
  let study: StudyResults
  /// The points of a run, ascending.
  let points: (StudyRun) -> [(Double, Double)]

  func figures(
    name: String, width: Double, title: String, caption: String, yTitle: String, yKind: Scale.Kind
  ) -> [Figure] {
    let behind = lines(of: study.baseline, .neutral, showsRates: false)
    let panels = study.arms.compactMap { arm -> SmallMultiples.Panel? in
      let own = lines(of: arm, study.style(ofArm: arm))
      guard !own.isEmpty else { return nil }
      return .init(title: arm, lines: (arm == study.baseline ? [] : behind) + own)
    }
    guard !panels.isEmpty else { return [] }
    let picture = SmallMultiples(
      panels: panels, width: width, xKind: .linear, yKind: yKind, xTitle: "step", yTitle: yTitle,
      legend: [.init(label: "\(study.baseline), behind", style: "neutral")]
    ).draw(title: title, subtitle: "A line is a run")
    return picture.map { [Figure(name: name, title: title, caption: caption, picture: $0)] } ?? []
  }

  private func lines(
    of arm: String, _ style: SeriesStyle, showsRates: Bool = true
  ) -> [SmallMultiples.Line] {
    let drawn = study.runs(ofArm: arm).map { (run: $0, points: points($0)) }
      .filter { $0.points.count > 1 }
    let byRate = Dictionary(grouping: drawn, by: \.run.factors.learningRate)
    return byRate.sorted { ($0.key ?? 0) < ($1.key ?? 0) }.flatMap { rate, runs in
      // The rate stands at the run that ends in the middle of those that have it.
      let sorted = runs.sorted { ($0.points.last?.1 ?? 0) < ($1.points.last?.1 ?? 0) }
      return sorted.enumerated().map { place, drawn in
        let isLabelled = showsRates && byRate.count > 1 && place == sorted.count / 2
        return SmallMultiples.Line(
          points: drawn.points.map { ($0.0, $0.1, nil, nil) }, style: style, name: drawn.run.name,
          label: isLabelled ? rate.map(Words.rate) : nil)
      }
    }
  }
}

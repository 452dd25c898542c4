import Diagnosis
import LinearAlgebra
import Spectra
import Studies

/// How far early updates move the policy, against how far they move the weights.
enum FunctionalStepPlot: StudyPlot {
  static let name = "functional-step"
  static let summary = "Early steps in function against early steps in weights"
  static let caption = """
    Each point is a run: the median divergence that one of the first ten updates causes, in nats a token, against the \
    size of the update after a tenth of training; filled: alive at the end, hollow: collapsed. Runs of equal size in \
    weights differ by orders of magnitude in function; what collapses moves far in function.
    """

  static func figures(of study: StudyResults, width: Double) -> [Figure] {
    let points = study.runs.compactMap { run -> Scatter.Point? in
      let steps = (run.curves["kl_step"] ?? []).filter { $0.step <= 10 }.map(\.value)
      guard let divergence = SampleQuantile.value(at: 0.5, of: steps),
        let size = run.value(of: RelativeUpdateNorm.name, at: 0.1)?.value
      else { return nil }
      return Scatter.Point(
        x: size, y: divergence, low: nil, high: nil, label: nil,
        style: SeriesStyle(method: run.factors.adapter), isHollow: run.isCollapsed,
        tip: "\(run.name): \(run.isCollapsed ? "collapsed" : "alive")")
    }
    var seen = Set<String>()
    let methods = study.runs.map(\.factors.adapter).filter { seen.insert($0).inserted }
    let title = "Steps in function against steps in weights"
    return figure(
      title: title,
      Scatter(
        points: points, width: width, xKind: .logarithmic, yKind: .logarithmic,
        xTitle: "‖ΔW‖ / ‖W‖ after a tenth of training",
        yTitle: "divergence of an early update, nats a token",
        legend: methods.prefix(12).map { .init(label: $0, mark: SeriesStyle(method: $0)) }
          + [.init(label: "collapsed", mark: .neutral, isHollow: true)]
      ).draw(
        title: title, subtitle: "One point a run; median divergence over the first ten updates"))
  }
}

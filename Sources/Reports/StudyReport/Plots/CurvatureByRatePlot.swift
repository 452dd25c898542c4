import Diagnosis
import LinearAlgebra
import Studies

/// Whether the sharpness of a start predicts the learning rate at which it dies.
enum CurvatureByRatePlot: StudyPlot {
  static let name = "curvature-by-rate"
  static let summary = "Curvature of each start against the learning rate at which it dies"
  static let caption = """
    The lowest learning rate at which at least half of the seeds are lost, against the largest eigenvalue of the \
    Fisher information where the run begins. If sharpness were all, points would lie on a falling line; hollow: \
    alive at every rate that was tried, so that the rate lies above the highest tick.
    """

  static func figures(of study: StudyResults, width: Double) -> [Figure] {
    let rates = StudyResults.rates(of: study.methodArms.flatMap { study.runs(ofArm: $0) })
    let top = rates.last ?? 1
    let points = study.methodArms.compactMap { arm -> Scatter.Point? in
      let runs = study.runs(ofArm: arm)
      let found = runs.compactMap { $0.probes[ProbeName.curvature] }
      guard StudyResults.rates(of: runs).count > 1,
        let curvature = SampleQuantile.value(at: 0.5, of: found)
      else {
        return nil
      }
      let death = study.deathRate(of: arm)
      let tip =
        "\(arm): curvature \(Numbers.text(curvature)), "
        + (death.map { "collapses at \(Words.rate($0))" } ?? "alive at every rate tried")
      return Scatter.Point(
        x: curvature, y: death ?? top * 2, low: nil, high: nil, label: arm,
        style: study.style(ofArm: arm), isHollow: death == nil, tip: tip)
    }
    guard points.count > 2 else { return [] }
    let title = "Curvature of the start, and the rate at which it dies"
    return figure(
      title: title,
      Scatter(
        points: points, width: width, xKind: .logarithmic, yKind: .logarithmic,
        xTitle: "largest eigenvalue of Fisher information at the start",
        yTitle: "lowest learning rate that collapsed",
        yTicks: Scale.Tick.rates(rates) + [
          Scale.Tick(value: top * 2, label: "> \(Words.rate(top))")
        ]
      ).draw(title: title, subtitle: "Median over seeds; hollow: alive at every rate tried"))
  }
}

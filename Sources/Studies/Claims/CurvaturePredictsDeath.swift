import Foundation

/// Claim 25: how steep a start is says at which rate it dies.
public enum CurvaturePredictsDeath: Claim {
  public static let number = 25
  public static let statement =
    "The steeper the loss at a start, the lower the learning rate at which it is lost."
  public static let source = "this project, after “Learning Rate Matters”, 2026, arXiv 2602.04998"
  public static let reported =
    "A rival explanation of claim 1; under SFT the best rate falls as curvature rises."
  public static let rule = """
    Over at least 5 adapters with the probe of curvature (median over runs) and at least 3 seeds at every \
    learning rate that all have: Spearman's correlation with the lowest rate at which half of the seeds \
    are lost, one grid step above the highest where none is, is below −0.3 with the whole 95 % bootstrap \
    interval over adapters, and its permutation p is below 0.05.
    """

  private static let fewestStarts = 5
  private static let margin = 0.3

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    let starts = measuredStarts(in: study)
    guard starts.count >= fewestStarts else {
      return .missing(
        "curvature and a full grid of learning rates of \(fewestStarts) adapters "
          + "(\(starts.count) have both)")
    }
    let curvatures = starts.map(\.curvature)
    let deaths = starts.map(\.death)
    guard let correlation = SpearmanCorrelation(curvatures, deaths),
      let interval = correlation.interval(BootstrapInterval(.percentile, resamples: 2_000))
    else {
      return ClaimFinding(.undecided, "All \(starts.count) adapters are lost at the same rate.")
    }
    let pValue = correlation.pValue()
    let evidence = ClaimEvidence(
      "Spearman, curvature and rate of loss", value: correlation.coefficient, interval: interval,
      count: starts.count)
    return ClaimFinding(
      verdict(interval, pValue: pValue),
      "\(evidence.words(of: "adapters")), p = \(ClaimEvidence.number(pValue)).",
      evidence: [evidence] + starts.flatMap(\.evidence))
  }

  private static func verdict(
    _ interval: ConfidenceInterval, pValue: Double
  ) -> ClaimFinding.Verdict {
    if interval.upper < -margin { return pValue < 0.05 ? .reproduced : .undecided }
    let isSmall = -margin <= interval.lower && interval.upper <= margin
    return interval.lower > 0 || isSmall ? .notReproduced : .undecided
  }

  private struct Start {
    let name: String
    let curvature: Double
    let death: Double
    let count: Int

    var evidence: [ClaimEvidence] {
      [
        ClaimEvidence("\(name), top curvature", value: curvature, count: count),
        ClaimEvidence("\(name), rate of loss", value: death, count: count),
      ]
    }
  }

  private static func measuredStarts(in study: StudyResults) -> [Start] {
    var seen = Set<String>()
    let adapters = study.runs.map(\.factors.adapter).filter { seen.insert($0).inserted }
    let curves = adapters.map { (name: $0, runs: study.curve($0)) }
      .filter { curve in curve.runs.contains { $0.probes[ProbeName.curvature] != nil } }
      .filter { StudyResults.rates(of: $0.runs).count > 1 }
    let grids = curves.map { Set(StudyResults.rates(of: $0.runs)) }
    let rates = grids.dropFirst().reduce(grids.first ?? []) { $0.intersection($1) }.sorted()
    guard rates.count > 1 else { return [] }
    return curves.compactMap { name, runs in
      let probed = runs.compactMap { $0.probes[ProbeName.curvature] }.filter(\.isFinite)
      guard let curvature = SampleQuantile.median(of: probed),
        let death = DeathRate.ofMost(runs, rates: rates)
      else { return nil }
      return Start(name: name, curvature: curvature, death: death, count: runs.count)
    }
  }
}

import Diagnosis
import Foundation
import LinearAlgebra

/// Claim 5: whether PiSSA collapses, and when, is a matter of the learning rate.
package enum CollapseComesWithRate: Claim {
  package static let number = 5
  package static let statement =
    "PiSSA is lost at lower learning rates than LoRA, and learns at the lowest one."
  package static let source = "Zhu et al., 2025, arXiv 2511.08567"
  package static let reported = """
    Of 1e-5, 5e-5 and 1e-4 the two higher rates make PiSSA unstable, and it collapses earlier than LoRA; \
    curves only.
    """
  package static let rule = """
    On the learning rates that both have, seed by seed: the lowest rate at which LoRA is lost (collapsed, \
    or below half of its start score) by that at which PiSSA is, one grid step above the highest where \
    none is, is above 2; and PiSSA's gain at the lowest rate is above 0; with the whole 95 % interval over \
    at least 3 seeds.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let curves = ["lora", "pissa"].map { study.curve($0) }
    let rates = Set(StudyResults.rates(of: curves[0]))
      .intersection(StudyResults.rates(of: curves[1])).sorted()
    guard rates.count > 1 else { return .missing("lora and pissa at two common learning rates") }
    let deaths = curves.map { DeathRate.bySeed($0, rates: rates) }
    let comparison = MarginTest(
      "rate at which it is lost, lora by pissa", needs: "lora and pissa at all rates",
      values: SeedGroup.paired(deaths[0], deaths[1]) { log($0 / $1) }, .above, margin: log(2),
      scale: .logarithm)
    let lowest = study.group("pissa", at: rates[0])
    return .all(
      of: [comparison, lowest.gain(.above, margin: 0)],
      aside: rates.map { rate in
        study.group("pissa", at: rate).test(
          "pissa at \(rate), step of collapse", .above, margin: 0
        ) { $0.collapse.collapseStep.map(Double.init) }
      })
  }
}

/// Claim 6: PiSSA's start is steep, and a learning rate that is lower by the same factor restores learning.
package enum LowerRateRestores: Claim {
  package static let number = 6
  package static let statement =
    "PiSSA starts at about ten times LoRA's curvature, and learns at a tenth of the rate."
  package static let source =
    "“Learning Rate Matters”, 2026, arXiv 2602.04998 (supervised training)"
  package static let reported = """
    Top Hessian eigenvalue by that of LoRA: PiSSA about 10, MiLoRA about 2; the best rate of PiSSA is about \
    a tenth of LoRA's.
    """
  package static let rule = """
    If PiSSA is lost at the common rate (score relative to the start below −50 %): its gain at the rate \
    nearest to a tenth of it, within a factor of 2, is above 0.05, and its top curvature by that of LoRA is \
    above 3; with the whole 95 % interval over at least 3 seeds.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let curve = study.curve("pissa")
    guard let common = study.common.learningRate,
      let lower = StudyResults.rates(of: curve).filter({ abs(log($0 * 10 / common)) < log(2) })
        .min(by: { abs(log($0 * 10 / common)) < abs(log($1 * 10 / common)) })
    else { return .missing("pissa at a tenth of the common learning rate") }
    let starts = ["pissa", "milora", "lora"].map {
      SeedGroup(name: $0, runs: study.curve($0).filter { $0.probes[ProbeName.curvature] != nil })
    }
    let ratios = starts.prefix(2).map { start in
      start.by(starts[2], .above, factor: 3, what: "top curvature") {
        $0.probes[ProbeName.curvature]
      }
    }
    return .all(
      of: [study.group("pissa", at: lower).gain(.above, margin: 0.05), ratios[0]],
      given: [study.commonGroup("pissa").relativeChange(.below, margin: 0.5)],
      aside: [ratios[1]])
  }
}

/// Claim 23: with a learning rate of its own PiSSA is as good as LoRA.
package enum EqualAtOwnBestRate: Claim {
  package static let number = 23
  package static let statement =
    "At its own best learning rate PiSSA is as good as LoRA at its own."
  package static let source = "this project, after “Learning Rate Matters”, 2026, arXiv 2602.04998"
  package static let reported =
    "A rival explanation of claim 1; under SFT tuned methods agree within 1 to 2 %."
  package static let rule = """
    If LoRA improves at its best rate: of each seed the score at the learning rate that is best on all other seeds, of PiSSA less that of \
    LoRA: the whole 95 % interval of the mean lies within ±0.05, over at least 3 seeds and 2 rates of each.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let tuned = ["pissa", "lora"].map { scoresAtOthersBestRate(study.curve($0)) }
    let best = ["pissa", "lora"].map { study.bestGroup($0) }
    return .all(
      of: [
        MarginTest(
          "score at the rate that is best on other seeds, pissa less lora",
          needs: "pissa and lora at two learning rates",
          values: SeedGroup.paired(tuned[0], tuned[1]) { $0 - $1 }, .within, margin: 0.05)
      ],
      given: [best[1].gain(.above, margin: 0)], aside: [best[0].gain(.above, margin: 0)])
  }

  /// The score of each seed at the rate with the highest mean over the other seeds.
  ///
  /// A rate chosen on the seed that it is judged on would profit from that seed's luck.
  private static func scoresAtOthersBestRate(_ runs: [StudyRun]) -> [Int: Double] {
    let rates = StudyResults.rates(of: runs)
    let scores = rates.map { runs.at(rate: $0).scoresBySeed }
    guard rates.count > 1 else { return [:] }
    return Set(runs.compactMap(\.seed)).reduce(into: [:]) { found, seed in
      let means = scores.map { table in
        SampleMoments.mean(of: table.filter { $0.key != seed }.map(\.value)) ?? -.infinity
      }
      let best = means.indices.max { means[$0] < means[$1] }
      if let best, means[best].isFinite { found[seed] = scores[best][seed] }
    }
  }
}

/// Claim 25: the curvature of a start predicts the learning rate at which training is lost.
package enum CurvaturePredictsDeath: Claim {
  package static let number = 25
  package static let statement =
    "The steeper the loss at a start, the lower the learning rate at which it is lost."
  package static let source = "this project, after “Learning Rate Matters”, 2026, arXiv 2602.04998"
  package static let reported =
    "A rival explanation of claim 1; under SFT the best rate falls as curvature rises."
  package static let rule = """
    Over at least 5 adapters with the probe of curvature (median over runs) and at least 3 seeds at every \
    learning rate that all have: Spearman's correlation with the lowest rate at which half of the seeds \
    are lost, one grid step above the highest where none is, is below −0.3 with the whole 95 % bootstrap \
    interval over adapters, and its permutation p is below 0.05.
    """

  private static let fewestStarts = 5
  private static let margin = 0.3

  package static func judge(_ study: StudyResults) -> ClaimFinding {
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
      guard let curvature = SampleQuantile.value(at: 0.5, of: probed),
        let death = DeathRate.ofMost(runs, rates: rates)
      else { return nil }
      return Start(name: name, curvature: curvature, death: death, count: runs.count)
    }
  }
}

/// The lowest learning rate at which training is lost.
enum DeathRate {
  /// The death rate of each seed that has a run at every rate.
  ///
  /// A seed that is lost at no rate gets the rate one grid step above the highest: it outlived the seeds that
  /// were lost at the highest rate, and the study does not say by how much.
  /// - Parameters:
  ///   - runs: The runs of one curve.
  ///   - rates: The grid, ascending, at least two.
  static func bySeed(_ runs: [StudyRun], rates: [Double]) -> [Int: Double] {
    let lost = rates.map { rate in
      SeedGroup(name: "", runs: runs.at(rate: rate))
        .values { $0.finalScore == nil ? nil : $0.isLost ? 1 : 0 }
    }
    let seeds = Set(runs.compactMap(\.seed)).filter { seed in
      lost.allSatisfy { $0[seed] != nil }
    }
    return seeds.reduce(into: [:]) { found, seed in
      let place = lost.firstIndex { $0[seed] == 1 }
      found[seed] = place.map { rates[$0] } ?? beyond(rates)
    }
  }

  /// The lowest rate at which at least half of the runs are lost; if there is none, the rate above the grid
  /// as in ``bySeed(_:rates:)``; nil if a rate of the grid has too few runs.
  static func ofMost(_ runs: [StudyRun], rates: [Double]) -> Double? {
    let shares = rates.map { rate -> Double? in
      let scored = runs.at(rate: rate).filter { $0.finalScore != nil }
      guard scored.count >= MarginTest.fewestSeeds else { return nil }
      return Double(scored.count(where: \.isLost)) / Double(scored.count)
    }
    guard !shares.contains(nil) else { return nil }
    return shares.firstIndex { ($0 ?? 0) >= 0.5 }.map { rates[$0] } ?? beyond(rates)
  }

  private static func beyond(_ rates: [Double]) -> Double {
    let last = rates[rates.count - 1]
    return last * (last / rates[rates.count - 2])
  }
}

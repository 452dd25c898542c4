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
    On the learning rates that both have, seed by seed: PiSSA is lost (collapsed, or below half of its \
    start score) at a rate at which LoRA is not, and LoRA at none at which PiSSA is not. This is so in most \
    seeds: Wilson's 95 % interval of their share lies above one half. And PiSSA's gain at the lowest rate is \
    above 0 with the whole 95 % interval over at least 3 seeds. A grid only says between which rates a run \
    is lost, so no ratio of rates is judged; its bounds are shown aside.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let curves = ["lora", "pissa"].map { study.curve($0) }
    let rates = Set(StudyResults.rates(of: curves[0]))
      .intersection(StudyResults.rates(of: curves[1])).sorted()
    guard rates.count > 1 else { return .missing("lora and pissa at two common learning rates") }
    let losses = curves.map { curve in rates.map { DeathBracket.losses(of: curve.at(rate: $0)) } }
    let seeds = Set(curves.joined().compactMap(\.seed)).sorted()
    let outcomes = seeds.compactMap { seed -> Bool? in
      let pairs = rates.indices.compactMap { place in
        losses[0][place][seed].flatMap { lora in losses[1][place][seed].map { (lora, $0) } }
      }
      guard pairs.count == rates.count else { return nil }
      return pairs.contains { !$0.0 && $0.1 } && !pairs.contains { $0.0 && !$0.1 }
    }
    let majority = MajorityTest(
      label: "share of seeds in which pissa is lost at rates that lora survives",
      needs: "lora and pissa at all rates", outcomes: outcomes)
    let lowest = study.group("pissa", at: rates[0])
    var finding = ClaimFinding.all(
      of: [majority, lowest.gain(.above, margin: 0)],
      aside: rates.map { rate in
        study.group("pissa", at: rate).test(
          "pissa at \(rate), step of collapse", .above, margin: 0
        ) { $0.collapse.collapseStep.map(Double.init) }
      })
    if finding.verdict != .notTested, let lora = DeathBracket(of: curves[0]),
      let pissa = DeathBracket(of: curves[1])
    {
      finding.measured += " Half of the runs are lost: lora \(lora.words), pissa \(pissa.words)."
    }
    return finding
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
    let tuned = ["pissa", "lora"].map { StudyResults.scoresAtOthersBestRate(of: study.curve($0)) }
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
    Over at least 5 adapters with the probe of curvature (median over runs) and at least 3 seeds at two or \
    more learning rates: the rate at which half of the seeds are lost is known to lie between two rates of \
    the adapter's own grid. Of the pairs of adapters whose brackets do not overlap, the concordance of \
    curvature and rate of loss (Goodman and Kruskal's γ) is below −0.3 with the whole 95 % bootstrap \
    interval over starts, and its permutation p below 0.05. Adapters with one curvature are one start.
    """

  private static let fewestStarts = 5
  private static let margin = 0.3

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let starts = measuredStarts(in: study)
    guard starts.count >= fewestStarts else {
      return .missing(
        "curvature and two learning rates with 3 seeds of \(fewestStarts) adapters "
          + "(\(starts.count) have both)")
    }
    let concordance = CensoredConcordance(starts.map { ($0.curvature, $0.death) })
    guard let value = concordance.coefficient, let interval = concordance.interval() else {
      return ClaimFinding(
        .undecided,
        "The rates of loss of all \(starts.count) adapters lie between the same rates of the grid.",
        evidence: starts.flatMap(\.evidence))
    }
    let pValue = concordance.pValue()
    let evidence = ClaimEvidence(
      "γ of curvature and rate of loss, \(concordance.pairs) pairs told apart of "
        + "\(starts.count * (starts.count - 1) / 2)", value: value, interval: interval,
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
    let death: DeathBracket
    let count: Int

    var evidence: [ClaimEvidence] {
      [
        ClaimEvidence("\(name), top curvature", value: curvature, count: count),
        ClaimEvidence("\(name), highest rate survived", value: death.lower, count: count),
      ]
    }
  }

  private static func measuredStarts(in study: StudyResults) -> [Start] {
    var seen = Set<String>()
    let adapters = study.runs.map(\.factors.adapter).filter { seen.insert($0).inserted }
    return adapters.compactMap { name in
      let runs = study.curve(name)
      let probed = runs.compactMap { $0.probes[ProbeName.curvature] }.filter(\.isFinite)
      guard let curvature = SampleQuantile.value(at: 0.5, of: probed),
        let death = DeathBracket(of: runs)
      else { return nil }
      return Start(name: name, curvature: curvature, death: death, count: runs.count)
    }
  }
}

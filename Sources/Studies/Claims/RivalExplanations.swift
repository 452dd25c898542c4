/// Claim 20: the gap between PiSSA and LoRA does not come from differences in how they were run.
package enum ArtefactControls: Claim {
  package static let number = 20
  package static let statement =
    "PiSSA stays below LoRA without dropout, at one scale and on the same modules."
  package static let source = "Yin et al., 2025, arXiv 2512.23165, and the code published with it"
  package static let reported = """
    PiSSA was run with dropout 0.05, and MiLoRA with another scale and other modules; no control is \
    reported.
    """
  package static let rule = """
    At the common learning rate, if the baseline improves there: PiSSA less LoRA, both with dropout 0, is \
    below −0.1 at the common scale on all modules, and at scale 1 on q, k, v, up and down_proj, which the \
    published code gives MiLoRA, with the whole 95 % interval over at least 3 seeds. Other sets of modules \
    and other scales are shown aside; they are not the published mismatch.
    """

  private static let published = ["down_proj", "k_proj", "q_proj", "up_proj", "v_proj"]

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let everywhere = gap(in: study, "dropout 0") { _ in }
    let control = gap(in: study, "dropout 0, scale 1, published modules") {
      $0.targets = published
      $0.scale = 1
    }
    let parts = targets(in: study).map { targets in
      gap(in: study, "dropout 0, \(targets.joined(separator: " "))") { $0.targets = targets }
    }
    let clean = study.commonGroup("lora", "dropout 0") { $0.dropout = 0 }
    let scales = scales(in: study).map { scale in
      study.commonGroup("pissa", "scale \(scale)") {
        $0.dropout = 0
        $0.scale = scale
      }.less(clean, .below, margin: 0.1)
    }
    if control.values.isEmpty {
      return .missing(
        control: "pissa and lora with dropout 0 and scale 1 on q, k, v, up and down_proj",
        measured: [everywhere] + parts + scales)
    }
    return .all(
      of: [everywhere, control], given: [study.baselineImproves], aside: parts + scales)
  }

  private static func gap(
    in study: StudyResults, _ words: String, _ change: (inout Factors) -> Void
  ) -> MarginTest {
    let groups = ["pissa", "lora"].map { adapter in
      study.commonGroup(adapter, words) {
        $0.dropout = 0
        change(&$0)
      }
    }
    return groups[0].less(groups[1], .below, margin: 0.1)
  }

  private static func targets(in study: StudyResults) -> [[String]] {
    let sets = ["pissa", "lora"].map { adapter in
      Set(study.runs.filter { $0.factors.adapter == adapter }.compactMap(\.factors.targets))
    }
    return sets[0].intersection(sets[1])
      .filter { !$0.isEmpty && $0 != study.common.targets && $0 != published }
      .sorted { $0.joined() < $1.joined() }
  }

  private static func scales(in study: StudyResults) -> [Double] {
    let pissa = study.runs.filter { $0.factors.adapter == "pissa" }
    return Set(pissa.compactMap(\.factors.scale)).subtracting([study.common.scale ?? 0]).sorted()
  }
}

/// Claim 21: dropout on the adapter path drops pretrained components if the adapter holds them.
package enum DropoutTakesPrincipalDown: Claim {
  package static let number = 21
  package static let statement = """
    Dropout on the adapter path takes PiSSA down at a learning rate at which it learns without, and LoRA \
    less.
    """
  package static let source = "this project"
  package static let reported = """
    A rival explanation of claim 1, whose runs had dropout 0.05: answers are drawn from one policy, and \
    learnt from with another whose principal components are dropped.
    """
  package static let rule = """
    Of each seed at the highest learning rate that has runs with dropout and at which most other seeds of \
    PiSSA improve without: PiSSA with less PiSSA without dropout is below −0.1, and this difference less \
    that of LoRA below −0.1, with the whole 95 % interval over at least 3 seeds.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    guard let contrast = DropoutContrast(study)
    else { return .missing("pissa with dropout at a rate at which it improves without") }
    let effects = ["pissa", "lora"].map { contrast.effect(of: $0) }
    let interaction = MarginTest(
      "effect of dropout at \(contrast.rateWords), pissa less lora",
      needs: "pissa and lora with and without dropout at \(contrast.rateWords)",
      values: SeedGroup.paired(effects[0], effects[1]) { $0 - $1 }, .below, margin: 0.1)
    let pairs = ["pissa", "lora", "milora", "random-residual"].map {
      contrast.dropped($0).less(contrast.clean($0), .below, margin: 0.1)
    }
    return .all(of: [pairs[0], interaction], aside: Array(pairs.dropFirst()))
  }
}

/// Claim 22: the loss from dropout comes from the mismatch between the policy that samples and the policy
/// that learns.
package enum MatchedMasksReturnLoss: Claim {
  package static let number = 22
  package static let statement = """
    Part of what PiSSA loses to dropout returns when answers are drawn with the masks they are learnt with, \
    or importance ratios are taken to be 1.
    """
  package static let source = "this project"
  package static let reported = "A rival explanation of claim 1; see claim 21."
  package static let rule = """
    At the rate of claim 21, if PiSSA loses there by dropout (difference below 0): PiSSA with dropout and \
    matched masks, or with ratios of 1, less PiSSA with dropout alone is above 0.05, with the whole 97.5 % \
    interval over at least 3 seeds; either is enough, hence the wider interval.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    guard let contrast = DropoutContrast(study)
    else { return .missing("pissa with dropout at a rate at which it improves without") }
    let dropped = contrast.dropped("pissa")
    let cures = [
      contrast.dropped("pissa", ", masks matched") { $0.samplesWithDropout = true },
      contrast.dropped("pissa", ", ratio 1") { $0.forcesUnitRatio = true },
    ]
    return .any(
      of: cures.map { $0.less(dropped, .above, margin: 0.05, level: 0.975) },
      given: [dropped.less(contrast.clean("pissa"), .below, margin: 0)])
  }
}

/// Claim 26: an adapter with a residual base is only half of a policy.
package enum ReloadNeedsItsBase: Claim {
  package static let number = 26
  package static let statement =
    "A PiSSA adapter put on the pretrained base, its residual forgotten, is not the trained policy."
  package static let source = "this project"
  package static let reported = """
    A rival explanation of claim 1: an evaluation that reloads the factors alone would measure a collapse \
    that never was.
    """
  package static let rule = """
    PiSSA at its best rate of those that were probed, if it improves: the accuracy without the residual \
    base less the final score is below −0.1 with the whole 95 % interval over at least 3 seeds. Other \
    starts with a residual base, and a start made again with another seed, are shown aside.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let (without, other) = (ProbeName.accuracyWithoutResidual, ProbeName.accuracyWithOtherStart)
    let principal = probed("pissa", without, in: study)
    let others = ["milora", "middle", "random-residual", "olora"].flatMap { adapter in
      [without, other].map { change(probed(adapter, $0, in: study), $0) }
    }
    return .all(
      of: [change(principal, without)], given: [principal.gain(.above, margin: 0)], aside: others)
  }

  private static func probed(
    _ adapter: String, _ probe: String, in study: StudyResults
  ) -> SeedGroup {
    study.bestGroup(adapter, where: { $0.probes[probe] != nil })
  }

  private static func change(_ group: SeedGroup, _ probe: String) -> MarginTest {
    group.test("\(probe) less final score, \(group.name)", .below, margin: 0.1) { run in
      run.probes[probe].flatMap { value in run.finalScore.map { value - $0 } }
    }
  }
}

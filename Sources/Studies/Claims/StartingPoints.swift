/// Claim 1: an adapter that starts in the principal components of the weights is lost under the settings of
/// the other methods.
package enum PrincipalStartCollapses: Claim {
  package static let number = 1
  package static let statement =
    "PiSSA collapses in RLVR at a learning rate at which LoRA improves."
  package static let source = "Yin et al., 2025, arXiv 2512.23165, table 3"
  package static let reported =
    "Mean accuracy over six benchmarks: PiSSA 0.2, LoRA 42.5, the base model 40.5."
  package static let rule = """
    At the common learning rate, if the baseline improves there: the final score of PiSSA relative to its \
    start is below −50 %, and that of PiSSA less LoRA below −0.1, with the whole 95 % interval over at \
    least 3 seeds.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let principal = study.commonGroup("pissa")
    return .all(
      of: [
        principal.relativeChange(.below, margin: 0.5),
        principal.less(study.baselineGroup, .below, margin: 0.1),
      ],
      given: [study.baselineImproves])
  }
}

/// Claim 2: an adapter that starts in the minor components ends below the base model, above PiSSA.
package enum MinorStartFallsBehind: Claim {
  package static let number = 2
  package static let statement =
    "MiLoRA ends below the model that it started from, and above PiSSA."
  package static let source = "Yin et al., 2025, arXiv 2512.23165, table 3"
  package static let reported =
    "Mean accuracy over six benchmarks: MiLoRA 18.0, the base model 40.5, PiSSA 0.2."
  package static let rule = """
    At the common learning rate, if the baseline improves there: the final less the start score of MiLoRA \
    is below −0.05, and MiLoRA less PiSSA is above 0.05, with the whole 95 % interval over at least 3 \
    seeds.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let minor = study.commonGroup("milora")
    return .all(
      of: [
        minor.gain(.below, margin: 0.05),
        minor.less(study.commonGroup("pissa"), .above, margin: 0.05),
      ],
      given: [study.baselineImproves], aside: [minor.less(study.baselineGroup, .below, margin: 0)])
  }
}

/// Claim 13: the principal directions alone do no harm.
package enum DirectionsWithoutResidual: Claim {
  package static let number = 13
  package static let statement =
    "Orthonormal starts with B = 0 learn, in PiSSA's directions (RLPO) and in MiLoRA's (RLMO)."
  package static let source = "RLPO, 2026, arXiv 2606.31813"
  package static let reported =
    "Mean accuracy above LoRA: RLPO +2.63, RLMO +1.36; divergence from the base lower than LoRA's."
  package static let rule = """
    At the common learning rate, if the baseline improves there: the gain of RLPO and of RLMO over the \
    start is above 0.05, and RLPO less PiSSA, which shares its directions, above 0.1, with the whole 95 % \
    interval over at least 3 seeds. Whether they are above LoRA is shown aside.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let starts = ["rlpo", "rlmo"].map { study.commonGroup($0) }
    return .all(
      of: starts.map { $0.gain(.above, margin: 0.05) } + [
        starts[0].less(study.commonGroup("pissa"), .above, margin: 0.1)
      ],
      given: [study.baselineImproves],
      aside: starts.map { $0.less(study.baselineGroup, .above, margin: 0.01) })
  }
}

/// Claim 24: collapse needs both the principal directions and their magnitudes.
package enum NeitherAloneKills: Claim {
  package static let number = 24
  package static let statement = """
    Neither PiSSA's directions (RLPO) nor its magnitudes on random directions keep an adapter from \
    learning; both together do.
    """
  package static let source = "this project"
  package static let reported =
    "A rival explanation of claim 1; RLPO learns in its source, arXiv 2606.31813."
  package static let rule = """
    If the baseline improves at the common learning rate: there and at every higher rate at which most runs \
    of the baseline improve, the gain of RLPO and that of random-residual are above 0.05; and at the common \
    rate PiSSA's score relative to its start is below −50 %; with the whole 95 % interval over at least 3 \
    seeds. One rate would show a threshold as an interaction. RLPO's own control is orthogonal, whose rows \
    have the same length: it is shown aside.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    guard let common = study.common.learningRate else { return .missing("common learning rate") }
    let baseline = study.runs(ofArm: study.baseline)
    let higher = StudyResults.rates(of: baseline).filter { rate in
      rate > common && StudyResults.highestHealthyRate(of: [baseline.at(rate: rate)]) != nil
    }
    let alone = ["rlpo", "random-residual"].flatMap { adapter in
      ([common] + higher).map { study.group(adapter, at: $0) }
        .filter { !$0.runs.isEmpty || $0.name.hasSuffix("at \(common)") }
    }
    let controls = ([common] + higher).map { study.group("orthogonal", at: $0) }
    return .all(
      of: alone.map { $0.gain(.above, margin: 0.05) } + [
        study.commonGroup("pissa").relativeChange(.below, margin: 0.5)
      ],
      given: [study.baselineImproves], aside: controls.map { $0.gain(.above, margin: 0.05) })
  }
}

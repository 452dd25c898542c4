import Spectra

/// Claim 7: PiSSA's update stays in the head of the spectrum and shifts it; the update of a method that is
/// made for the geometry does not.
package enum HeadConcentration: Claim {
  package static let number = 7
  package static let statement =
    "PiSSA's update lies in the principal directions and shifts the spectrum, GeoRA's does not."
  package static let source = "GeoRA, 2026, arXiv 2601.09361"
  package static let reported =
    "Head share: PiSSA about 0.98, GeoRA at most 0.02; normalized spectral shift 0.395 and 0.092."
  package static let rule = """
    At the highest learning rate at which both improve, as in the source: head_share_right of PiSSA less \
    that of GeoRA is above 0.25, and normalized_spectral_shift by that of GeoRA above 2, with the whole \
    95 % interval over at least 3 seeds. The source's own definition of the head is not known.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let names = ["pissa", "geora"]
    guard let rate = StudyResults.highestHealthyRate(of: names.map { study.curve($0) })
    else { return .missing("learning rate at which pissa and geora both improve, on 3 seeds") }
    let groups = names.map { study.group($0, at: rate) }
    return .all(of: [
      groups[0].less(groups[1], .above, margin: 0.25, what: HeadShareRight.name) {
        $0.final(HeadShareRight.name)
      },
      groups[0].by(groups[1], .above, factor: 2, what: NormalizedSpectralShift.name) {
        $0.final(NormalizedSpectralShift.name)
      },
    ])
  }
}

/// Claim 12: the update is less principal than the weight, but not less than chance.
package enum OffPrincipal: Claim {
  package static let number = 12
  package static let statement = """
    The energy of a full RL update in the upper half of the base's directions lies between chance and the \
    base's own.
    """
  package static let source = "Yin et al., 2025, arXiv 2512.23165: data published with the code"
  package static let reported =
    "Update 0.57, base 0.84, chance 0.5; of one unnamed run with 36 layers."
  package static let rule = """
    Full training at its best rate, if it improves: principal_half_share less 0.5 is above 0.01, and \
    the base's own share less that of the update above 0.05, with the whole 95 % interval over at least 3 \
    seeds.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let full = study.bestGroup("full")
    let share = PrincipalHalfShare.name
    return .all(
      of: [
        full.test("\(share) less chance", .above, margin: 0.01) {
          $0.final(share).map { $0 - 0.5 }
        },
        full.test("upper half, base less update", .above, margin: 0.05) { run in
          run.baseHalfShare.flatMap { base in run.final(share).map { base - $0 } }
        },
      ],
      given: [full.gain(.above, margin: 0)])
  }
}

/// Claim 27: the second half of claim 12, which stands or falls by itself.
package enum OutputAtChance: Claim {
  package static let number = 27
  package static let statement =
    "In o_proj the energy of a full RL update in the upper half of the base's directions is at chance."
  package static let source = "Yin et al., 2025, arXiv 2512.23165: data published with the code"
  package static let reported = "o_proj 0.497, chance 0.5; of one unnamed run with 36 layers."
  package static let rule = """
    Full training at its best rate, if it improves: principal_half_share of o_proj less 0.5 lies within \
    ±0.05 with the whole 95 % interval over at least 3 seeds.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let full = study.bestGroup("full")
    let share = PrincipalHalfShare.name
    return .all(
      of: [
        full.test("\(share) of o_proj less chance", .within, margin: 0.05) {
          $0.kinds["o_proj"]?[share].map { $0 - 0.5 }
        }
      ],
      given: [full.gain(.above, margin: 0)])
  }
}

extension StudyRun {
  /// The share of the base's energy in the first half of its directions; nil without a profile.
  fileprivate var baseHalfShare: Double? {
    let total = profile.reduce(0) { $0 + $1.baseEnergy }
    let indices = profile.reduce(0) { $0 + $1.nullEnergyRight }
    guard total > 0, indices > 0 else { return nil }
    var seen = 0.0
    var upper = 0.0
    for bin in profile {
      // A bin across the middle counts with its share below the middle.
      let inside = min(1, max(0, (indices / 2 - seen) / max(bin.nullEnergyRight, 1e-300)))
      upper += inside * bin.baseEnergy
      seen += bin.nullEnergyRight
    }
    return upper / total
  }
}

/// Claim 14: nothing holds MiLoRA in the tail where it starts.
package enum MinorStartDrifts: Claim {
  package static let number = 14
  package static let statement =
    "MiLoRA's update moves from the tail of the spectrum towards the principal directions."
  package static let source = "Yin et al., 2025, arXiv 2512.23165, section 3.1"
  package static let reported = """
    The start's own norm is negligible, and the update's energy returns to the leading components; a figure \
    without numbers.
    """
  package static let rule = """
    MiLoRA at its best rate, if it improves: head_share_right at the last step less that at the first \
    measured step that moved the weights is above 0.02, with the whole 95 % interval over at least 3 seeds. \
    The share is that of the effective update. LoRA's drift at the same rate, and where MiLoRA's update \
    began, are shown aside.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let minor = study.bestGroup("milora")
    let rate = minor.runs.first?.factors.learningRate
    let firsts = [HeadShareRight.name, TailShareRight.name, EnergyCenterRight.name].map { metric in
      minor.test("\(metric) at first", .above, margin: 0) { $0.first(metric) }
    }
    return .all(
      of: [drift(minor)], given: [minor.gain(.above, margin: 0)],
      aside: [drift(study.group("lora", at: rate))] + firsts)
  }

  private static func drift(_ group: SeedGroup) -> MarginTest {
    let head = HeadShareRight.name
    return group.test("\(head), \(group.name), last less first", .above, margin: 0.02) { run in
      run.final(head).flatMap { last in run.first(head).map { last - $0 } }
    }
  }
}

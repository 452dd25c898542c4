import Foundation
import LinearAlgebra

/// Claim 28: κ orders the rates of death.
package enum CurvatureOrdersDeath: Claim {
  package static let number = 28
  package static let statement =
    "The further a first step moves the policy for its rate, the lower the rate at which the start dies."
  package static let source = "this project, preregistered for study 2 as H1"
  package static let reported =
    "On the base of study 1, Spearman −.98 over 26 configurations without dropout."
  package static let rule = """
    Over the starts without dropout whose rate of death was bisected, at least 6: the rank correlation of κ \
    with it (geometric means over seeds) lies below −0.7 with the whole 95 % interval over starts, and is at \
    most −0.9. Not reproduced if the interval lies above −0.7, or the correlation above −0.7.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let arms = study.arms(withoutDropout: true)
    let pairs = arms.compactMap { arm in
      arm.curvature.flatMap { curvature in arm.death.map { (curvature, $0) } }
    }
    let test = BoundTest.correlation(
      "rank correlation of κ with the rate of death", needs: "starts with a bisected rate of death",
      pairs, .below, bound: -0.7)
    var finding = ClaimFinding.all(of: [test])
    if let value = test.value, finding.verdict == .reproduced, value > -0.9 {
      finding.verdict = .undecided
    } else if let value = test.value, finding.verdict == .undecided, value > -0.7 {
      finding.verdict = .notReproduced
    }
    return finding
  }
}

/// Claim 29: one calibration is enough for a base.
package enum OneCalibrationTransfers: Claim {
  package static let number = 29
  package static let statement =
    "Once LoRA's rate of death is known on a base, short runs give that of every other start."
  package static let source = "this project, preregistered for study 2 as H2"
  package static let reported = "Without calibration the typical factor was 1.67 on four bases."
  package static let rule = """
    Of each start without dropout the rate of death is predicted as the baseline's bisected one times the ratio \
    of the rates at which short runs cross 0.045 nats per token. The root mean square of the factor by which \
    this is off lies below 1.5 with the whole 95 % interval over starts, at least 6.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let arms = study.arms(withoutDropout: true)
    let needs = "starts with a bisected rate of death and short runs, the baseline among them"
    guard let baseline = arms.first(where: { $0.arm == study.baseline }),
      let death = baseline.death, let crossing = baseline.crossing
    else { return .missing(needs) }
    let errors = arms.filter { $0.arm != study.baseline }.compactMap { arm in
      arm.death.flatMap { found in
        arm.crossing.map { log(death * $0 / crossing / found) }
      }
    }
    return .all(of: [
      BoundTest.typicalFactor(
        "factor by which predicted rates of death are off", needs: needs, errors: errors,
        bound: 1.5)
    ])
  }
}

/// Claim 30: a table at one rate is a table of step sizes.
package enum OneCurveForAllStarts: Claim {
  package static let number = 30
  package static let statement =
    "All starts lie on one curve of the score over the size of a step, η√κ."
  package static let source = "this project, preregistered for study 2 as H3"
  package static let reported = """
    On the runs of study 1 the score of an arm left out was predicted with R² .75 from η√κ, .45 from η√λ, .19 \
    from the rate.
    """
  package static let rule = """
    Each arm of the common settings at three or more rates, at least 6 arms: its scores are predicted from the \
    other arms' at the same η√κ (weights of 0.2 decades). R² is above 0.5, and above that of the rate and that \
    of η√λ, with λ the curvature of the loss, each with the whole 95 % interval over arms.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let arms = study.steppedArms(fewestRates: 3)
    let needs = "arms at three or more rates, with κ and the curvature at the common one"
    let curves = [StepSize.functional, .rate, .steepness].map { size in
      CommonCurve(arms.flatMap { $0.cells(size) })
    }
    func test(_ label: String, bound: Double, _ number: ([String]) -> Double?) -> BoundTest {
      BoundTest(
        label: label, needs: needs, value: number(arms.map(\.arm)),
        interval: curves[0].interval(number), direction: .above, bound: bound, count: arms.count)
    }
    func lead(over other: CommonCurve) -> ([String]) -> Double? {
      { drawn in
        curves[0].determination(of: drawn).flatMap { one in
          other.determination(of: drawn).map { one - $0 }
        }
      }
    }
    return .all(of: [
      test("R² from η√κ", bound: 0.5) { curves[0].determination(of: $0) },
      test("R² from η√κ less that from η", bound: 0, lead(over: curves[1])),
      test("R² from η√κ less that from η√λ", bound: 0, lead(over: curves[2])),
    ])
  }
}

/// Claim 33: what a table at one rate orders.
package enum LeagueTableTurns: Claim {
  package static let number = 33
  package static let statement =
    "At a low rate starts with a large κ score best, and at a high rate they score worst."
  package static let source = "this project, preregistered for study 2 as H6"
  package static let reported =
    "On the runs of study 1 the rank correlation of κ with the score was .98 at 1e-4 and −.91 at 1e-2."
  package static let rule = """
    Over the arms of the common settings, at least 6: the rank correlation of κ with the mean score is above 0 \
    at the lowest common rate and below 0 at the highest, each with the whole 95 % interval over arms.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let arms = study.steppedArms(fewestRates: 3)
    let shared = arms.map { Set($0.scores.keys) }
    let rates = shared.dropFirst().reduce(shared.first ?? []) { $0.intersection($1) }.sorted()
    guard let low = rates.first, let high = rates.last, low < high else {
      return .missing("two rates that at least \(BoundTest.fewestStarts) arms have")
    }
    func test(at rate: Double, _ direction: BoundTest.Direction) -> BoundTest {
      .correlation(
        "rank correlation of κ with the score at \(rate)", needs: "arms at \(rate)",
        arms.compactMap { arm in arm.scores[rate].map { (arm.curvature, $0) } }, direction, bound: 0
      )
    }
    return .all(
      of: [test(at: low, .above), test(at: high, .below)],
      aside: rates.dropFirst().dropLast().map { test(at: $0, .above) })
  }
}

import Foundation
import LinearAlgebra

/// Claim 31: directions and magnitudes multiply.
package enum DirectionsTimesMagnitudes: Claim {
  package static let number = 31
  package static let statement =
    "Principal directions and principal magnitudes lower the rate of death independently: their factors multiply."
  package static let source = "this project, preregistered for study 2 as H4; supersedes claim 24"
  package static let reported =
    "With two seeds: directions 2.37, magnitudes 2.05, product 4.85; PiSSA measured 4.85."
  package static let rule = """
    For each seed, of bisected rates of death: the ratio of PiSSA to LoRA by the product of RLPO to orthogonal \
    (directions) and random-residual to LoRA (magnitudes) lies between 1/1.5 and 1.5 with the whole 95 % \
    interval over at least 3 seeds, and each of the two factors is below 1.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    func deaths(_ adapter: String) -> [Int: Double] {
      study.arms(withoutDropout: true).first { $0.arm == adapter }?.deathsBySeed ?? [:]
    }
    func ratio(_ one: String, _ other: String) -> [Int: Double] {
      let (one, other) = (deaths(one), deaths(other))
      return one.reduce(into: [:]) { found, entry in
        if let divisor = other[entry.key] { found[entry.key] = log(entry.value / divisor) }
      }
    }
    let directions = ratio("rlpo", "orthogonal")
    let magnitudes = ratio("random-residual", "lora")
    let both = ratio("pissa", "lora")
    let seeds = both.keys.sorted()
    let interaction = seeds.compactMap { seed in
      directions[seed].flatMap { one in magnitudes[seed].map { (both[seed] ?? 0) - one - $0 } }
    }
    func test(
      _ label: String, _ values: [Double], _ direction: MarginTest.Direction, factor: Double
    ) -> MarginTest {
      MarginTest(
        label,
        needs: "bisected rates of death of lora, pissa, rlpo, orthogonal and random-residual",
        values: values, direction, margin: log(factor), scale: .logarithm)
    }
    func values(_ found: [Int: Double]) -> [Double] { found.keys.sorted().compactMap { found[$0] } }
    return .all(
      of: [
        test("PiSSA by the product of both factors", interaction, .within, factor: 1.5),
        test("directions, rlpo by orthogonal", values(directions), .below, factor: 1),
        test("magnitudes, random-residual by lora", values(magnitudes), .below, factor: 1),
      ], aside: [test("pissa by lora", values(both), .below, factor: 1)])
  }
}

/// Claim 32: masks kill by the mismatch that they make.
package enum MasksKillByMismatch: Claim {
  package static let number = 32
  package static let statement =
    "How far masks move the policy before training says how much dropout lowers the rate of death."
  package static let source = "this project, preregistered for study 2 as H5"
  package static let reported =
    "PiSSA's masks move the policy by .246 nats and dropout lowers its rate of death 2.7 times; LoRA's by 0, 1.3 times."
  package static let rule = """
    Over pairs of a start and a dropout, at least 6 whose rate of death was bisected with and without: the rank \
    correlation of the mismatch with the ratio of the rate of death with dropout to that without lies below \
    −0.5 with the whole 95 % interval over pairs.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let clean = Dictionary(
      study.arms(withoutDropout: true).map { ($0.factors.adapter, $0) }
    ) { first, _ in first }
    let pairs = study.arms(withoutDropout: false).compactMap { arm -> (Double, Double)? in
      guard let death = arm.death, let mismatch = arm.maskMismatch,
        let without = clean[arm.factors.adapter]?.death
      else { return nil }
      return (mismatch, death / without)
    }
    return .all(of: [
      BoundTest.correlation(
        "rank correlation of the mismatch with the ratio of rates of death",
        needs: "starts with dropout and a bisected rate of death", pairs, .below, bound: -0.5)
    ])
  }
}

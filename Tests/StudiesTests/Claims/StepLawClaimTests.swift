import Diagnosis
import Foundation
import LinearAlgebra
import Studies
import Testing

/// The rules about rates of death and step sizes, each on planted studies that hold it, break it, and leave it open.
@Suite("Claims: law of the step") struct StepLawClaimTests {
  typealias Verdict = ClaimFinding.Verdict

  /// A start with its κ and how many times the law's rate it bears.
  private struct Start {
    let name: String
    let curvature: Double
    var error = 1.0
    var dropout = 0.0
    var mismatch = 0.0
  }

  private static let names = [
    "lora", "pissa", "milora", "full", "rlpo", "miss", "random-residual", "orthogonal",
  ]

  /// Starts over four decades of κ. `errors` are factors on the rates of death, one a start.
  private static func starts(_ errors: [Double]) -> [Start] {
    zip(names.indices, errors).map { index, error in
      Start(name: names[index], curvature: pow(10, 2 + Double(index) / 2), error: error)
    }
  }

  private static func study(_ starts: [Start], seeds: Int = 3, noise: Double = 0.02) -> StudyResults
  {
    var study = PlantedStudy.study([])
    var generator = SplitMix64(seed: 3)
    study.probes = starts.flatMap { start in
      (0..<seeds).map { seed in
        var factors = PlantedStudy.common.withoutRate
        factors.adapter = start.name
        factors.dropout = start.dropout
        let crossing = (1 / start.curvature).squareRoot() * exp(noise * generator.nextGaussian())
        return StartProbe(
          name: "\(start.name)-\(start.dropout)-\(seed)",
          arm: start.dropout > 0 ? "\(start.name), dropout \(start.dropout)" : start.name,
          factors: factors, trainedParameters: 1,
          reading: StartReading(
            seed: seed, curvature: start.curvature, maskMismatch: start.mismatch, shortRuns: [],
            crossing: crossing, bisected: crossing * start.error))
      }
    }
    return study
  }

  @Test(arguments: [
    ([1, 1.1, 0.9, 1, 1.1, 0.9, 1, 1], Verdict.reproduced),
    // κ says nothing: rates of death rise with it.
    ([1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7], .notReproduced),
    // One start dies at a tenth of what its κ says.
    ([0.12, 1, 1, 1, 1, 1, 1, 1], .undecided),
  ])
  func `κ orders deaths where it does`(errors: [Double], verdict: Verdict) {
    let finding = CurvatureOrdersDeath.judge(Self.study(Self.starts(errors)))
    #expect(finding.verdict == verdict, "\(finding.measured)")
  }

  @Test(arguments: [
    ([3, 3.3, 2.7, 3, 3.3, 2.7, 3, 3], Verdict.reproduced),
    ([1, 4, 0.2, 4, 0.2, 4, 0.3, 3], .notReproduced),
    ([1, 1, 1, 1, 1.1, 1, 1.1, 3], .undecided),
  ])
  func `one calibration transfers where the ratio is the same`(errors: [Double], verdict: Verdict) {
    let finding = OneCalibrationTransfers.judge(Self.study(Self.starts(errors)))
    #expect(finding.verdict == verdict, "\(finding.measured)")
  }

  /// Rates of death of LoRA, orthogonal, RLPO, random-residual and PiSSA, as factors of LoRA's.
  private static func factors(_ pissa: Double, noise: Double = 0.05, directions: Double = 0.4)
    -> Verdict
  {
    let deaths = [
      ("lora", 1), ("orthogonal", 0.7), ("rlpo", 0.7 * directions), ("random-residual", 0.5),
      ("pissa", pissa),
    ]
    let starts = deaths.map { Start(name: $0.0, curvature: 1, error: $0.1) }
    return DirectionsTimesMagnitudes.judge(study(starts, seeds: 5, noise: noise)).verdict
  }

  @Test func `factors multiply where PiSSA's is their product`() {
    #expect(Self.factors(0.2) == .reproduced)
    #expect(Self.factors(0.05) == .notReproduced)
    #expect(Self.factors(0.2, directions: 2) == .notReproduced)
    #expect(Self.factors(0.28, noise: 0.2) == .undecided)
  }

  private static func masks(_ ratios: [Double]) -> Verdict {
    let clean = starts(Array(repeating: 1, count: 8))
    let dropped = zip(clean, ratios).enumerated().map { index, pair in
      Start(
        name: pair.0.name, curvature: pair.0.curvature, error: pair.1, dropout: 0.05,
        mismatch: Double(index) * 0.05)
    }
    return MasksKillByMismatch.judge(study(clean + dropped, noise: 0)).verdict
  }

  @Test func `masks kill by their mismatch where rates fall with it`() {
    #expect(Self.masks([1, 0.9, 0.8, 0.7, 0.5, 0.4, 0.3, 0.2]) == .reproduced)
    #expect(Self.masks([0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9, 1]) == .notReproduced)
    #expect(Self.masks([1, 0.4, 0.8, 0.7, 0.9, 0.5, 0.85, 0.6]) == .undecided)
  }

  /// Eight arms at five rates, whose scores follow a size of the step.
  private static func scored(
    by size: @Sendable (_ rate: Double, _ curvature: Double, _ index: Int) -> Double
  ) -> StudyResults {
    PlantedStudy.named(
      names.indices.flatMap { index -> [PlannedArm] in
        let curvature = pow(10, 2 + Double(index) / 2)
        return PlantedStudy.rates.map { rate in
          let step = size(rate, curvature, index)
          return PlannedArm(
            adapter: names[index], rate: rate,
            final: 0.8 * exp(-pow(log10(max(step, 1e-12)) + 1.3, 2) / 0.8),
            probes: [
              // A curvature of the loss that has nothing to do with κ.
              ProbeName.stepCurvature: curvature,
              ProbeName.curvature: pow(10, 1 + Double((index * 5) % 8) / 3),
            ])
        }
      })
  }

  @Test func `one curve is found where scores follow η√κ, and not where they follow the rate`() {
    let functional = Self.scored { rate, curvature, _ in rate * curvature.squareRoot() }
    let byRate = Self.scored { rate, _, _ in 30 * rate }
    let finding = OneCurveForAllStarts.judge(functional)
    #expect(finding.verdict == .reproduced, "\(finding.measured)")
    #expect(OneCurveForAllStarts.judge(byRate).verdict == .notReproduced)
    let turns = LeagueTableTurns.judge(functional)
    #expect(turns.verdict == .reproduced, "\(turns.measured)")
    // The other way about: large κ is slow.
    let reversed = Self.scored { rate, curvature, _ in 1e4 * rate / curvature.squareRoot() }
    #expect(LeagueTableTurns.judge(reversed).verdict == .notReproduced)
    let mixed = Self.scored { rate, curvature, index in
      index < 4 ? rate * curvature.squareRoot() : 30 * rate
    }
    #expect(OneCurveForAllStarts.judge(mixed).verdict != .reproduced)
    let noisy = Self.scored { rate, _, index in 30 * rate * pow(10, Double((index * 5) % 8) / 4) }
    #expect(LeagueTableTurns.judge(noisy).verdict == .undecided)
  }

  @Test(arguments: Array(28...33)) func `without probes nothing is tested`(number: Int) {
    let finding = ClaimRegistry.all[number - 1].judge(PlantedStudy.study([]))
    #expect(finding.verdict == .notTested && finding.evidence.isEmpty)
    #expect(
      finding.measured.hasPrefix("The study has no ") || finding.measured.contains("(0 of "))
  }
}

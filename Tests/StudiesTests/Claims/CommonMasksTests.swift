import LinearAlgebra
import Spectra
import Studies
import Testing

/// Claim 11 on masks that were drawn.
@Suite("Claims: masks of changed entries") struct CommonMasksTests {
  @Test func `a mask counts its entries and those that it shares`() {
    let one = EntryMask([true, false, true, true, false, false, false, true, true, false])
    let other = EntryMask([true, true, false, true, false, false, false, false, true, false])
    #expect(one.entries == 10 && one.count == 5 && other.count == 4)
    #expect(one.shared(with: other) == 3 && one.shared(with: one) == 5)
  }

  /// Five runs that change the favoured quarter of the entries with one probability and the rest with another.
  private static func verdict(favoured: Double, rest: Double) -> ClaimFinding {
    var study = PlantedStudy.study([
      PlannedArm(
        adapter: "full", rate: 1e-4, final: 0.7,
        metrics: [BF16UpdateSparsity.name: (0.7, 0.7)])
    ])
    var generator = SplitMix64(seed: 5)
    for index in study.runs.indices {
      study.runs[index].masks = ["a", "b"].reduce(into: [:]) { masks, module in
        masks[module] = EntryMask(
          (0..<4_000).map { generator.nextUniform() < ($0 < 1_000 ? favoured : rest) })
      }
    }
    return CommonMasks.judge(study)
  }

  @Test func `runs that favour the same entries overlap more than chance`() {
    let finding = Self.verdict(favoured: 0.8, rest: 0.1)
    #expect(finding.verdict == .reproduced, "\(finding.measured)")
    // Of 0.275 of the entries at random a pair shares .16 of what either has.
    let chance = finding.evidence.first { $0.label == "by chance" }?.value ?? 0
    #expect(abs(chance - 0.275 * 0.275 / (0.55 - 0.275 * 0.275)) < 0.01)
    #expect(Self.verdict(favoured: 0.275, rest: 0.275).verdict == .notReproduced)
  }

  @Test func `runs without masks test nothing`() {
    let study = PlantedStudy.study([PlannedArm(adapter: "full", rate: 1e-4, final: 0.7)])
    #expect(CommonMasks.judge(study).verdict == .notTested)
  }
}

/// Claim 16 on planted scores.
@Suite("Claims: masks of gradients") struct MaskedTrainingTests {
  private static func verdict(
    principal: [Double], complement: [Double], small: [Double], noise: Double = 0.004
  )
    -> ClaimFinding
  {
    func arms(_ mask: String, _ finals: [Double]) -> [PlannedArm] {
      zip([1e-4, 3e-4, 1e-3], finals).map { rate, final in
        PlannedArm(
          adapter: "full", rate: rate, final: final,
          change: { $0.switches = ["gradient-mask \(mask)"] })
      }
    }
    return MaskedTraining.judge(
      PlantedStudy.study(
        arms("principal", principal) + arms("complement", complement) + arms("small", small),
        noise: noise))
  }

  @Test func `each mask is judged at its own best rate`() {
    // At the highest rate the principal entries are lost: that is the rate's doing.
    let equal = Self.verdict(
      principal: [0.7, 0.8, 0.1], complement: [0.6, 0.7, 0.8], small: [0.6, 0.7, 0.8])
    #expect(equal.verdict == .notReproduced, "\(equal.measured)")
    let worse = Self.verdict(
      principal: [0.6, 0.7, 0.1], complement: [0.6, 0.7, 0.8], small: [0.6, 0.7, 0.8])
    #expect(worse.verdict == .reproduced, "\(worse.measured)")
    let close = Self.verdict(
      principal: [0.6, 0.78, 0.1], complement: [0.6, 0.7, 0.8], small: [0.6, 0.7, 0.8], noise: 0.02)
    #expect(close.verdict == .undecided, "\(close.measured)")
  }
}

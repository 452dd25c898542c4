import Spectra
import Studies
import Testing

/// Claims 36 and 37 on planted scores and shares of changed entries; the common optimiser is AdamW.
@Suite("Claims 36 and 37: other optimisers") struct OtherOptimizersTests {
  /// Full training with an optimiser that ends at a score and keeps a share of the entries.
  private static func arm(_ optimizer: String, final: Double, kept: Double = 0.2) -> PlannedArm {
    PlannedArm(
      adapter: "full", rate: 1e-3, final: final,
      metrics: [
        BF16UpdateSparsity.name: (kept, kept), HeadShareLeft.name: (0.2, 0.2),
      ],
      change: { factors in
        factors.switches = optimizer == "adamw" ? [] : ["optimizer \(optimizer)"]
      })
  }

  private static func finding(_ number: Int, _ arms: [PlannedArm], seeds: Int = 5) -> ClaimFinding {
    var study = PlantedStudy.study(arms, seeds: seeds, noise: 0.001)
    study.common.switches = []
    return ClaimRegistry.all[number - 1].judge(study)
  }

  @Test func `SGD that ends as high and changes a hundredth of the entries reproduces it`() {
    let arms = [Self.arm("adamw", final: 0.7), Self.arm("sgd", final: 0.705, kept: 0.992)]
    let finding = Self.finding(36, arms)
    #expect(finding.verdict == .reproduced, "\(finding.measured)")
  }

  @Test(arguments: [(0.6, 0.992), (0.7, 0.5)])
  func `SGD that falls behind, or changes as many entries, refutes it`(
    final: Double, kept: Double
  ) {
    let arms = [Self.arm("adamw", final: 0.7), Self.arm("sgd", final: final, kept: kept)]
    #expect(Self.finding(36, arms).verdict == .notReproduced)
  }

  @Test func `GASD above Muon reproduces it, and below refutes it`() {
    for (final, verdict) in [(0.74, ClaimFinding.Verdict.reproduced), (0.66, .notReproduced)] {
      let arms = [
        Self.arm("adamw", final: 0.7), Self.arm("muon", final: 0.7), Self.arm("gasd", final: final),
      ]
      #expect(Self.finding(37, arms).verdict == verdict)
    }
  }

  @Test(arguments: [36, 37])
  func `two seeds, or runs of AdamW alone, test nothing`(number: Int) {
    let arms = ["adamw", "sgd", "muon", "gasd"].map { Self.arm($0, final: 0.7) }
    #expect(Self.finding(number, arms, seeds: 2).verdict == .notTested)
    #expect(Self.finding(number, [arms[0]]).verdict == .notTested)
  }
}

import Studies
import Testing

/// Claim 35, with LoRA at .7 of a start of .4.
@Suite("Claim 35: inside the principal subspace") struct PrincipalSubspaceTests {
  private static func finding(_ inside: [Double], seeds: Int = 3) -> ClaimFinding {
    let arms =
      PlannedArm.grid("lora", [0.5, 0.6, 0.7, 0.6, 0]) + PlannedArm.grid("lora-xs", inside)
    return ClaimRegistry.all[34].judge(PlantedStudy.study(arms, seeds: seeds))
  }

  @Test func `more than half of LoRA's gain reproduces it, at its own best rate`() throws {
    let finding = Self.finding([0.4, 0.4, 0.45, 0.5, 0.62])
    #expect(finding.verdict == .reproduced, "\(finding.measured)")
    let value = try #require(finding.evidence.first { $0.label.contains("lora-xs") }).value
    #expect(abs(value - 0.07) < 0.02)
  }

  @Test func `less than half refutes it`() {
    #expect(Self.finding([0.4, 0.4, 0.45, 0.5, 0.45]).verdict == .notReproduced)
  }

  @Test func `two seeds are no verdict`() {
    #expect(Self.finding([0.4, 0.4, 0.45, 0.5, 0.62], seeds: 2).verdict == .notTested)
  }
}

import Foundation
import Studies
import Testing

/// Claim 34, on curves over the published grid of rates.
@Suite("Claim 34: the order of degradation") struct SupervisedRatesTests {
  /// Scores of .8 that fall to nothing between an edge and ten times the edge.
  private static func arms(_ edges: [String: Double]) -> [PlannedArm] {
    edges.sorted { $0.key < $1.key }.flatMap { adapter, edge in
      (0...12).map { step in
        let rate = 1e-4 * pow(10, Double(step) / 4)
        let decades = max(0, log10(rate / edge))
        return PlannedArm(adapter: adapter, rate: rate, final: 0.8 * max(0, 1 - decades)) {
          $0.objective = "sft"
          $0.batch = 64
        }
      }
    }
  }

  private static func verdict(
    _ edges: [String: Double], seeds: Int = 3, noise: Double = 0.004
  ) -> ClaimFinding {
    ClaimRegistry.all[33].judge(
      PlantedStudy.study(arms(edges), seeds: seeds, noise: noise))
  }

  private static let published = [
    "pissa": 1e-3, "lora": 4.4e-3, "dora": 4.3e-3, "init-ab": 3.7e-3, "milora": 3.2e-3,
  ]

  @Test func `the published order is reproduced, with its ratios`() throws {
    let finding = Self.verdict(Self.published)
    #expect(finding.verdict == .reproduced, "\(finding.measured)")
    let ratio = try #require(finding.evidence.first)
    #expect(abs(ratio.value - 4.4) < 0.3 && ratio.count == 3)
  }

  @Test func `one method that degrades before PiSSA refutes it`() {
    var edges = Self.published
    edges["milora"] = 5e-4
    #expect(Self.verdict(edges).verdict == .notReproduced)
  }

  @Test func `a difference below a step of the grid refutes it, and noise decides nothing`() {
    let equal = Self.published.mapValues { _ in 2e-3 }
    #expect(Self.verdict(equal).verdict == .notReproduced)
    var near = Self.published
    near["milora"] = 2e-3
    #expect(Self.verdict(near, noise: 0.1).verdict == .undecided)
  }

  @Test func `a method that bears every rate has no such rate`() {
    var edges = Self.published
    edges["lora"] = 1
    let finding = Self.verdict(edges)
    #expect(finding.verdict == .notTested && finding.measured.contains("lora and pissa"))
  }

  @Test func `two seeds, other objectives and other studies are no verdict`() {
    #expect(Self.verdict(Self.published, seeds: 2).verdict == .notTested)
    let rewarded = Self.arms(Self.published).map { arm in
      PlannedArm(adapter: arm.adapter, rate: arm.rate, final: arm.final)
    }
    let finding = ClaimRegistry.all[33].judge(PlantedStudy.study(rewarded))
    #expect(finding.verdict == .notTested && finding.evidence.isEmpty)
  }
}

import Diagnosis
import Spectra
import Studies
import Testing

/// Every rule on studies whose effects were planted.
@Suite("Claims: verdicts") struct ClaimVerdictTests {
  /// Claims about runs at given rates. The others are about rates of death and step sizes: `StepLawClaimTests`.
  private static let judgedByRuns = Array(1...27)
  /// Claims that no study can test.
  private static let untestable = [11, 16]
  /// The ceiling of these worlds allows no published gain.
  private static let withoutRoom = [3]
  /// Rules that presuppose a collapse of PiSSA. A study without one leaves them open.
  private static let startingFromCollapse = [6, 22]

  private static let asClaimed = PlantedStudy.study(PlannedWorlds.asClaimed)
  private static let contrary = PlantedStudy.study(PlannedWorlds.contrary)

  @Test(arguments: judgedByRuns)
  func `a planted effect is reproduced`(number: Int) {
    let finding = ClaimRegistry.all[number - 1].judge(Self.asClaimed)
    let expected: ClaimFinding.Verdict =
      Self.untestable.contains(number)
      ? .notTested : Self.withoutRoom.contains(number) ? .notTestable : .reproduced
    #expect(finding.verdict == expected, "\(finding.measured)")
  }

  @Test(arguments: judgedByRuns)
  func `the contrary effect is not reproduced`(number: Int) {
    let finding = ClaimRegistry.all[number - 1].judge(Self.contrary)
    let expected: ClaimFinding.Verdict =
      Self.untestable.contains(number)
      ? .notTested
      : Self.withoutRoom.contains(number)
        ? .notTestable : Self.startingFromCollapse.contains(number) ? .undecided : .notReproduced
    #expect(finding.verdict == expected, "\(finding.measured)")
  }

  @Test(arguments: judgedByRuns)
  func `without runs nothing is tested, and what is missing is said`(number: Int) {
    let finding = ClaimRegistry.all[number - 1].judge(PlantedStudy.study([]))
    #expect(finding.verdict == .notTested && finding.evidence.isEmpty)
    #expect(finding.measured.hasPrefix("The study has no ") || finding.measured.contains("0 of 3"))
  }

  @Test(arguments: judgedByRuns)
  func `two seeds are no verdict`(number: Int) {
    let study = PlantedStudy.study(PlannedWorlds.asClaimed, seeds: 2)
    #expect(ClaimRegistry.all[number - 1].judge(study).verdict == .notTested)
  }

  @Test(arguments: judgedByRuns)
  func `a verdict has numbers with intervals that hold them`(number: Int) {
    for study in [Self.asClaimed, Self.contrary] {
      let finding = ClaimRegistry.all[number - 1].judge(study)
      #expect(finding.evidence.isEmpty == (finding.verdict == .notTested))
      for evidence in finding.evidence {
        #expect(evidence.value.isFinite && evidence.count >= 3, "\(evidence.label)")
        if let interval = evidence.interval { #expect(interval.contains(evidence.value)) }
      }
    }
  }

  @Test func `a lower rate that does not bring PiSSA back refutes claim 6`() {
    let arms =
      PlannedArm.grid("lora", [0.6, 0.7, 0.78, 0.79, 0.7], curvature: 1)
      + PlannedArm.grid("pissa", [0, 0, 0, 0, 0], curvature: 10)
    #expect(LowerRateRestores.judge(PlantedStudy.study(arms)).verdict == .notReproduced)
  }

  @Test func `one of two cures is enough for claim 22, and none refutes it`() {
    let clean = PlannedArm(adapter: "pissa", rate: 1e-3, final: 0.8)
    func verdict(matched: Double, unit: Double) -> ClaimFinding.Verdict {
      let arms = [
        clean, PlannedWorlds.dropped("pissa", 0.1),
        PlannedWorlds.dropped("pissa", matched) { $0.samplesWithDropout = true },
        PlannedWorlds.dropped("pissa", unit) { $0.forcesUnitRatio = true },
      ]
      return MatchedMasksReturnLoss.judge(PlantedStudy.study(arms)).verdict
    }
    #expect(verdict(matched: 0.1, unit: 0.6) == .reproduced)
    #expect(verdict(matched: 0.6, unit: 0.1) == .reproduced)
    #expect(verdict(matched: 0.1, unit: 0.1) == .notReproduced)
  }

  @Test(arguments: [1, 2, 4, 13, 20, 24])
  func `where the baseline does not improve the protocol decides nothing`(number: Int) {
    let arms = PlannedWorlds.asClaimed.map { arm in
      var arm = arm
      if arm.adapter == "lora", arm.rate == PlantedStudy.commonRate { arm.final = 0.35 }
      return arm
    }
    let finding = ClaimRegistry.all[number - 1].judge(PlantedStudy.study(arms))
    #expect(finding.verdict == .undecided, "\(finding.measured)")
  }
}

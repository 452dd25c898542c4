import Diagnosis
import Spectra
import Studies
import Testing

/// Rules on data in every part of the range that the data can take.
@Suite("Claims: ranges") struct ClaimRangeTests {
  typealias Verdict = ClaimFinding.Verdict

  // MARK: Claim 14

  /// MiLoRA whose step 1 of the warm-up left only rounding.
  private func minor(real: Double, last: Double, rounding: Double) -> Verdict {
    var study = PlantedStudy.study(
      [PlannedArm(adapter: "milora", final: 0.7, metrics: [HeadShareRight.name: (real, last)])])
    for index in study.runs.indices {
      study.runs[index].steps[0].step = 2
      study.runs[index].steps[0].medians[UpdateRank.name] = 8
      study.runs[index].steps.insert(
        StepSummary(
          step: 1, medians: [HeadShareRight.name: rounding, UpdateRank.name: 0], changedModules: 1,
          modules: 1, nonFiniteModules: [], collapseScore: nil), at: 0)
    }
    return MinorStartDrifts.judge(study).verdict
  }

  @Test func `the drift of MiLoRA begins at the first step that moved the weights`() {
    #expect(minor(real: 0.1, last: 0.3, rounding: 0.5) == .reproduced)
    #expect(minor(real: 0.25, last: 0.25, rounding: 0.13) == .notReproduced)
    #expect(minor(real: 0.23, last: 0.25, rounding: 0.13) == .undecided)
  }

  // MARK: RL against SFT

  private func trained(
    _ objective: String?, _ rate: Double, _ final: Double, _ metrics: [String: Double]
  ) -> PlannedArm {
    PlannedArm(
      adapter: "full", rate: rate, final: final, metrics: metrics.mapValues { ($0, $0) },
      change: { factors in if let objective { factors.objective = objective } })
  }

  @Test func `a ratio that only the rates make is not reproduced`() {
    let (shift, angle) = (NormalizedSpectralShift.name, PrincipalAngleRightMax.name)
    let small = [shift: 1e-3, angle: 1.0]
    let large = [shift: 1e-1, angle: 40.0]
    // Best rates: RL at 1e-4, SFT at 1e-3. At their best they differ a hundredfold; at one rate they do not.
    let arms = [
      trained(nil, 1e-4, 0.8, small), trained(nil, 1e-3, 0.5, large),
      trained("sft", 1e-4, 0.6, small), trained("sft", 1e-3, 0.7, large),
    ]
    let finding = FullUpdatePreservesSpectrum.judge(PlantedStudy.study(arms))
    #expect(finding.verdict == .notReproduced, "\(finding.measured)")
    #expect(finding.measured.contains("full, sft at 0.0001 by full at 0.0001"))
  }

  @Test(arguments: [
    (0.9, 0.2, Verdict.reproduced), (0.2, 0.9, .notReproduced), (0.05, 0.02, .notTestable),
  ])
  func `sparsity is judged only where rounding keeps weights`(
    reinforced: Double, supervised: Double, expected: Verdict
  ) {
    let name = BF16UpdateSparsity.name
    let finding = UpdateSparsity.judge(
      PlantedStudy.study([
        trained(nil, 1e-4, 0.8, [name: reinforced]), trained("sft", 1e-4, 0.7, [name: supervised]),
      ]))
    #expect(finding.verdict == expected, "\(finding.measured)")
  }

  /// At a density of 0.95 the overlap cannot exceed 0.316: the rule must be able to hold there too.
  @Test(arguments: [
    (0.95, 0.312, 0.301, 0.28, Verdict.reproduced), (0.95, 0.312, 0.312, 0.28, .notReproduced),
    (0.95, 0.312, 0.3104, 0.28, .undecided), (0.4, 0.7, 0.32, 0.2, .reproduced),
    (0.4, 0.32, 0.7, 0.3, .notReproduced), (0.999, 0.3, 0.3, 0.3, .notTestable),
  ])
  func `overlaps are judged by the share of what is possible`(
    density: Double, reinforced: Double, supervised: Double, principal: Double, expected: Verdict
  ) {
    let (low, mask) = (LowMagnitudeMaskOverlap.name, PrincipalMaskOverlap.name)
    let sparsity = BF16UpdateSparsity.name
    let arms = [
      trained(nil, 1e-4, 0.8, [low: reinforced, mask: principal, sparsity: 1 - density]),
      trained("sft", 1e-4, 0.7, [low: supervised, mask: principal, sparsity: 1 - density]),
    ]
    let noise = expected == .undecided ? 0.004 : 0.0002
    let finding = ChangesAvoidPrincipalMask.judge(PlantedStudy.study(arms, noise: noise))
    #expect(finding.verdict == expected, "\(finding.measured)")
  }

  // MARK: Learning rates

  @Test func `three seeds do not say that PiSSA is lost at lower rates, five do`() {
    let arms =
      PlannedArm.grid("lora", [0.6, 0.7, 0.78, 0.79, 0.7])
      + PlannedArm.grid("pissa", [0.7, 0.7, 0.7, 0, 0])
    #expect(CollapseComesWithRate.judge(PlantedStudy.study(arms)).verdict == .reproduced)
    let few = CollapseComesWithRate.judge(PlantedStudy.study(arms, seeds: 3))
    #expect(few.verdict == .undecided)
    #expect(few.measured.contains("lora above 0.01, pissa between 0.001 and 0.003"))
  }

  @Test func `curvature is judged on grids that do not overlap, by pairs that are told apart`() {
    func verdict(_ curvatures: [Double]) -> ClaimFinding {
      let finals = [
        [0, 0, 0, 0, 0], [0.7, 0, 0, 0, 0], [0.7, 0.7, 0, 0, 0], [0.7, 0.7, 0.7, 0, 0],
        [0.7, 0.7, 0.7, 0.7, 0], [0.7, 0.7, 0.7, 0.7, 0.7],
      ]
      let names = ["lora", "pissa", "milora", "rlpo", "rlmo", "middle"]
      var arms = zip(names, zip(finals, curvatures)).flatMap { name, pair in
        PlannedArm.grid(name, pair.0, curvature: pair.1)
      }
      for (name, rate) in [("vera", 0.03), ("vera", 0.1)] {
        arms.append(
          PlannedArm(
            adapter: name, rate: rate, final: 0.7,
            probes: [ProbeName.curvature: curvatures[curvatures.count - 1]]))
      }
      return CurvaturePredictsDeath.judge(PlantedStudy.study(arms, noise: 0.0001))
    }
    let falling = verdict([64, 32, 16, 8, 4, 2, 1])
    #expect(falling.verdict == .reproduced)
    // The two that survive their grids are not told apart.
    #expect(falling.measured.contains("20 pairs told apart of 21"))
    #expect(verdict([1, 2, 4, 8, 16, 32, 64]).verdict == .notReproduced)
    #expect(verdict([4, 64, 1, 32, 2, 16, 8]).verdict == .undecided)
  }

  @Test func `a factor that kills one step of the grid higher does not count as harmless`() {
    func verdict(_ principal: [Double]) -> Verdict {
      let arms =
        PlannedArm.grid("lora", [0.6, 0.7, 0.78, 0.79, 0.7])
        + PlannedArm.grid("pissa", [0.7, 0.7, 0.7, 0, 0]) + PlannedArm.grid("rlpo", principal)
        + PlannedArm.grid("random-residual", [0.7, 0.7, 0.7, 0.7, 0.7])
      return NeitherAloneKills.judge(PlantedStudy.study(arms)).verdict
    }
    #expect(verdict([0.7, 0.7, 0.7, 0.7, 0.7]) == .reproduced)
    #expect(verdict([0.7, 0.7, 0.7, 0.7, 0]) == .notReproduced)
    #expect(verdict([0.7, 0.7, 0.7, 0.7, 0.45]) == .undecided)
  }

  /// The start is at 0.4; LoRA at 0.5 leaves room for six times its gain, at 0.7 for twice.
  @Test(arguments: [
    (0.5, 0.7, 0.7, Verdict.reproduced), (0.5, 0.45, 0.45, .notReproduced),
    (0.5, 0.7, 0.45, .undecided), (0.7, 0.9, 0.9, .notTestable),
  ])
  func `the order of methods is judged at each rate, where there is room for it`(
    lora: Double, low: Double, high: Double, expected: Verdict
  ) {
    let arms = ["dora", "adalora", "lora-plus", "miss"].flatMap { name in
      [
        PlannedArm(adapter: name, rate: 1e-3, final: low), PlannedArm(adapter: name, final: high),
      ]
    }
    let others = [1e-3, PlantedStudy.commonRate].flatMap { rate in
      [
        PlannedArm(adapter: "lora", rate: rate, final: lora),
        PlannedArm(adapter: "full", rate: rate, final: 0.5),
      ]
    }
    let finding = OrderOfStableMethods.judge(PlantedStudy.study(arms + others))
    #expect(finding.verdict == expected, "\(finding.measured)")
    if expected == .undecided { #expect(finding.measured.contains("depends on the learning rate")) }
  }

  @Test func `a rate at which the baseline does not improve decides nothing`() {
    let rates = [1e-3, PlantedStudy.commonRate, 1e-2]
    let arms = ["dora", "adalora", "lora-plus", "miss", "full"].flatMap { name in
      rates.map { PlannedArm(adapter: name, rate: $0, final: name == "full" ? 0.5 : 0.7) }
    }
    let lora = zip(rates, [0.5, 0.5, 0.2]).map {
      PlannedArm(adapter: "lora", rate: $0, final: $1)
    }
    let finding = OrderOfStableMethods.judge(PlantedStudy.study(arms + lora))
    #expect(finding.verdict == .reproduced, "\(finding.measured)")
    #expect(finding.measured.contains("does not hold there: 0.01."), "\(finding.measured)")
  }

  @Test(arguments: [
    (0.45, 0.45, Verdict.reproduced), (0.75, 0.75, .notReproduced), (0.45, 0.75, .undecided),
  ])
  func `a floor of expressivity is judged at each rate`(
    low: Double, high: Double, expected: Verdict
  ) {
    let arms = [(1e-3, low), (PlantedStudy.commonRate, high)].flatMap { rate, final in
      [
        PlannedArm(adapter: "lora", rate: rate, final: 0.79),
        PlannedArm(adapter: "lora", rate: rate, final: final, change: { $0.rank = 1 }),
        PlannedArm(adapter: "vera", rate: rate, final: final),
      ]
    }
    let finding = ExpressivityFloor.judge(PlantedStudy.study(arms))
    #expect(finding.verdict == expected, "\(finding.measured)")
  }

  // MARK: Controls

  @Test(arguments: [15, 19, 20])
  func `without the right control nothing is tested, and the control is named`(number: Int) {
    let arms = PlannedWorlds.asClaimed.filter { arm in
      var factors = PlantedStudy.common
      arm.change(&factors)
      return factors.batch == 256 && (factors.targets ?? []).isEmpty
    }
    let finding = ClaimRegistry.all[number - 1].judge(PlantedStudy.study(arms))
    #expect(finding.verdict == .notTested)
    #expect(finding.measured.contains("the control is "))
  }
}

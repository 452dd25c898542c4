import Spectra
import Studies

/// Studies in which every claim that can be tested holds, or fails.
enum PlannedWorlds {
  /// As the papers and the rival explanations say.
  static let asClaimed: [PlannedArm] =
    grids(asClaimed: true) + fullTraining(asClaimed: true) + variations(asClaimed: true)

  /// The opposite of each claim, except of those that presuppose a collapse of PiSSA.
  static let contrary: [PlannedArm] =
    grids(asClaimed: false) + fullTraining(asClaimed: false) + variations(asClaimed: false)

  private static func grids(asClaimed holds: Bool) -> [PlannedArm] {
    let pissa =
      holds ? [0.75, 0.785, 0.76, 0, 0] : [0.6, 0.7, 0.8, 0.95, 0.95]
    let shifts: (Double, Double) = holds ? (0.95, 0.4) : (0.1, 0.09)
    let starts: [[PlannedArm]] = [
      PlannedArm.grid("lora", [0.6, 0.7, 0.78, 0.79, 0.7], curvature: 1),
      PlannedArm.grid("pissa", pissa, curvature: 10).with(
        [HeadShareRight.name: (0.9, shifts.0), NormalizedSpectralShift.name: (0.1, shifts.1)]
      ).with(probe: ProbeName.accuracyWithoutResidual, holds ? { _ in 0.01 } : { $0 }),
      .init(
        PlannedArm.grid(
          "milora", holds ? [0.5, 0.6, 0.6, 0.1, 0] : [0.5, 0.6, 0.7, 0.78, 0.7], curvature: 2)
      ).with([
        HeadShareRight.name: holds ? (0.05, 0.3) : (0.3, 0.05), EnergyCenterRight.name: (0.9, 0.5),
      ]),
      PlannedArm.grid("geora", [0.7, 0.75, 0.78, 0.79, 0.7]).with(
        [HeadShareRight.name: (0.1, 0.05), NormalizedSpectralShift.name: (0.1, 0.09)]),
      PlannedArm.grid(
        "rlpo", holds ? [0.7, 0.8, 0.8, 0.8, 0.7] : [0.7, 0, 0, 0, 0], curvature: holds ? 1.2 : 0.2),
      PlannedArm.grid(
        "rlmo", holds ? [0.7, 0.8, 0.8, 0.8, 0.7] : [0.7, 0.7, 0, 0, 0],
        curvature: holds ? 0.5 : 0.3),
      PlannedArm.grid(
        "middle", holds ? [0.7, 0.7, 0, 0, 0] : [0, 0, 0, 0, 0], curvature: holds ? 20 : 0.1),
      PlannedArm.grid("olora", [0, 0, 0, 0, 0], curvature: holds ? 50 : 0.05),
    ]
    return starts.flatMap { $0 }
  }

  private static func fullTraining(asClaimed holds: Bool) -> [PlannedArm] {
    var reinforced: [String: (Double, Double)] = [
      NormalizedSpectralShift.name: (1e-5, 1e-5), PrincipalAngleRightMax.name: (0.3, 0.3),
      BF16UpdateSparsity.name: (0.9, 0.7), PrincipalMaskOverlap.name: (0.2, 0.2),
      LowMagnitudeMaskOverlap.name: (0.7, 0.7), PrincipalHalfShare.name: (0.57, 0.57),
      SpectralDriftShare.name: (0.03, 0.03), StableRank.name: (4, 2),
    ]
    var supervised: [String: (Double, Double)] = [
      NormalizedSpectralShift.name: (1e-3, 1e-3), PrincipalAngleRightMax.name: (15, 15),
      BF16UpdateSparsity.name: (0.2, 0.1), PrincipalMaskOverlap.name: (0.3, 0.3),
      LowMagnitudeMaskOverlap.name: (0.303, 0.303), PrincipalHalfShare.name: (0.4, 0.4),
      SpectralDriftShare.name: (0.35, 0.35), StableRank.name: (2, 4),
    ]
    if !holds { swap(&reinforced, &supervised) }
    return [
      PlannedArm(
        adapter: "full", rate: 1e-4, final: 0.75, metrics: reinforced,
        probes: [
          ProbeName.accuracyWithBaseSpectrum: holds ? 0.75 : 0.4,
          ProbeName.accuracyOfSpectrumAlone: 0.41,
        ], outputShare: holds ? 0.5 : 0.7),
      PlannedArm(adapter: "full", final: 0.5),
      PlannedArm(
        adapter: "full", rate: 1e-4, final: 0.8, metrics: supervised,
        change: {
          $0.objective = "sft"
          $0.batch = 32
        }),
    ]
  }

  private static func variations(asClaimed holds: Bool) -> [PlannedArm] {
    let structural = ["dora", "adalora", "lora-plus", "miss"].map {
      PlannedArm(adapter: $0, final: holds ? 0.84 : 0.7)
    }
    return structural + [
      PlannedArm(adapter: "lora", final: holds ? 0.41 : 0.79, change: { $0.rank = 1 }),
      // A factor that a run does not state is the common one.
      PlannedArm(
        adapter: "vera", final: holds ? 0.42 : 0.79,
        change: {
          $0.rank = nil
          $0.scale = nil
        }),
      PlannedArm(adapter: "random-residual", final: 0.7),
      PlannedArm(adapter: "lora", final: 0.78, change: { $0.batch = 64 }),
      PlannedArm(
        adapter: "lora", final: 0.78,
        change: {
          $0.batch = 64
          $0.steps = 400
        }),
      PlannedArm(adapter: "lora", final: 0.79, change: { $0.batch = 1024 }),
      PlannedArm(
        adapter: "lora", final: 0.75,
        change: {
          $0.rank = 32
          $0.batch = 64
        }),
      PlannedArm(
        adapter: "lora", final: holds ? 0.1 : 0.76,
        change: {
          $0.rank = 32
          $0.batch = 1024
        }),
      PlannedArm(adapter: "lora", final: holds ? 0.78 : 0.5, change: { $0.objective = "grpo" }),
      PlannedArm(adapter: "lora", final: 0.7, change: publishedModules),
      PlannedArm(adapter: "pissa", final: holds ? 0 : 0.75, change: publishedModules),
    ] + dropout(asClaimed: holds)
  }

  /// The modules and the scale that the published code gives MiLoRA.
  static let publishedModules: @Sendable (inout Factors) -> Void = {
    $0.targets = ["down_proj", "k_proj", "q_proj", "up_proj", "v_proj"]
    $0.scale = 1
  }

  static func dropout(asClaimed holds: Bool) -> [PlannedArm] {
    [
      dropped("lora", 0.77), dropped("pissa", holds ? 0.1 : 0.8),
      dropped("pissa", holds ? 0.5 : 0.8) { $0.samplesWithDropout = true },
      dropped("pissa", holds ? 0.1 : 0.8) { $0.forcesUnitRatio = true },
    ]
  }

  static func dropped(
    _ adapter: String, _ final: Double,
    _ change: @escaping @Sendable (inout Factors) -> Void = { _ in }
  ) -> PlannedArm {
    PlannedArm(
      adapter: adapter, rate: 1e-3, final: final,
      change: {
        $0.dropout = 0.05
        change(&$0)
      })
  }
}

extension [PlannedArm] {
  /// The same arms with these metrics.
  func with(_ metrics: [String: (Double, Double)]) -> [PlannedArm] {
    map { arm in
      var arm = arm
      arm.metrics = metrics
      return arm
    }
  }

  /// The same arms with a probe that is made from the final score.
  func with(probe: String, _ value: (Double) -> Double) -> [PlannedArm] {
    map { arm in
      var arm = arm
      arm.probes[probe] = value(arm.final)
      return arm
    }
  }
}

import Diagnosis
import Spectra

/// Analyses made up for tests: runs that learn and a run that collapses.
enum SampleAnalysis {
  static let kinds = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

  static func make(
    runs names: [String] = ["lora", "pissa"], steps: [Int] = [10, 20, 50], layers: Int = 3,
    kinds: [String] = kinds, outside: [String] = []
  ) -> Analysis {
    let found = (0..<layers).flatMap { layer in
      kinds.map { (layer: layer, name: "model.layers.\(layer).\($0)") }
    }
    let all = found + outside.map { (layers, $0) }
    let moduleKinds = ModuleKinds(of: all.map(\.name))
    let modules = names.enumerated().flatMap { index, name in
      steps.flatMap { step in
        all.map { layer, module in
          self.module(
            run: name, index: index, step: step, layer: layer, name: module, among: moduleKinds)
        }
      }
    }
    return Analysis(
      command: ["sigmascope", "analyze", "a & b"], version: "test", topCount: 16,
      modules: StoredResults(modules),
      vectors: [
        VectorChange(
          identity: ModuleIdentity(
            run: names[0], method: "lora", seed: nil, step: steps[0], module: "norm.weight",
            rows: 8, columns: 1), updateNorm: 0.5, relativeUpdateNorm: nil)
      ],
      runs: names.map { name in
        run(name, steps: steps, modules: modules.filter { $0.identity.run == name })
      },
      trajectories: StoredResults(
        modules.filter { $0.identity.step == steps.last }.map(trajectory)))
  }

  private static func trajectory(through last: ModuleAnalysis) -> ModuleTrajectory {
    let layer = Double(last.identity.layer ?? 0)
    return ModuleTrajectory(
      identity: last.identity, origin: 0,
      points: [
        PathPoint(step: 10, coefficient: 1), PathPoint(step: 20, coefficient: 2, incrementNorm: 1),
        PathPoint(step: 50, coefficient: 4, incrementNorm: 2.5, incrementCosine: 0.5),
      ],
      metrics: ["path_first_share": 0.9 - layer / 100, "increment_cosine": 0.5 - layer / 10],
      nulls: ["path_first_share": 0.8, "increment_cosine": 0])
  }

  private static func module(
    run: String, index: Int, step: Int, layer: Int, name: String, among kinds: ModuleKinds
  ) -> ModuleAnalysis {
    let kind = kinds[name]
    let scale = Double(index + 1) * Double(step) / 50 * (1 + Double(layer) / 10)
    let base = (1...20).map { 2 / Double($0) }
    return ModuleAnalysis(
      identity: ModuleIdentity(
        run: run, method: "lora", seed: 7, step: step, module: name, rows: 20, columns: 30,
        among: kinds),
      metrics: [
        "update_frobenius_norm": scale, "relative_update_norm": scale / 3, "stable_rank": 2 + scale,
        "effective_rank": 4 + scale, "head_share_right": 0.3, "null_z_right": Double(index) * 8 - 4,
        "normalized_spectral_shift": scale / 30, "principal_angle_right_max": 3 * scale,
        "energy_rank_99": 5,
      ],
      baseSingularValues: base, adaptedSingularValues: base.map { $0 * 1.01 },
      updateSingularValues: (1...8).map { scale / Double($0 * $0) },
      projection: (0..<10).map { bin in
        ProjectionBin(
          baseEnergy: bin == 0 ? 0.55 : 0.05, updateEnergyRight: 0.1, updateEnergyLeft: 0.1,
          nullEnergyRight: 0.1, nullEnergyLeft: 0.1, spectralChange: 0.01 * Double(bin - 3))
      },
      heads: kind == "q_proj"
        ? HeadShares(areRows: true, shares: [0.25, 0.75], nullStandardDeviation: 0.125) : nil,
      taskDirections: kind == "q_proj"
        ? [
          TaskDirection(index: 7, baseSingularValue: 0.5, alignedChange: -0.25),
          TaskDirection(index: 0, baseSingularValue: 2, alignedChange: 0.5),
        ] : [],
      nulls: [
        NullEstimate(
          metric: "head_share_right", mean: 0.25, standardDeviation: 0.02, samples: nil)
      ],
      numerics: Numerics(base: .gram, update: .factors, adapted: .gram))
  }

  private static func run(
    _ name: String, steps: [Int], modules: [ModuleAnalysis]
  ) -> RunAnalysis {
    let reward = (0...50).map { CurvePoint(step: $0, value: 0.4 + Double($0) / 100) }
    let summaries = steps.map { step in
      StepSummary(step: step, modules: modules.filter { $0.identity.step == step })
    }
    let log = TrainingLog(curves: ["reward": reward])
    let settings = RunSettings(kind: log.kind, learningRate: 1e-3, rank: 8)
    return RunAnalysis(
      name: name, method: "lora", seed: 7, settings: settings,
      base: BaseIdentity(name: "base", contentHash: String(repeating: "ab", count: 32)),
      steps: summaries, curves: ["reward": reward],
      verdict: Verdict(
        of: ExaminedRun(
          settings: settings, log: log, steps: summaries,
          modules: modules, checkpoints: steps),
        topCount: 16),
      findings: ["a finding"])
  }
}

extension Analysis {
  /// Changes each result, by its place.
  mutating func changeModules(_ change: (Int, inout ModuleAnalysis) throws -> Void) throws {
    var all = try modules.map { $0 }
    for index in all.indices { try change(index, &all[index]) }
    modules = StoredResults(all)
  }
}

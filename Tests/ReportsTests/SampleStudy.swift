import Diagnosis
import Foundation
import LinearAlgebra
import Spectra
import Studies

/// A study that was never run: arms that learn, and one that dies at high rates.
enum SampleStudy {
  static func make(
    arms: [String] = ["lora", "pissa", "dora"], rates: [Double?] = [3e-4, 1e-3, 3e-3],
    seeds: Int = 3,
    steps: Int = 40
  ) -> StudyResults {
    var generator = SplitMix64(seed: 7)
    let runs = arms.enumerated().flatMap { index, arm in
      rates.flatMap { rate in
        (0..<seeds).map { seed in
          run(arm, index, rate: rate, seed: seed, steps: steps, using: &generator)
        }
      }
    }
    var study = StudyResults(
      title: "Sample", common: factors(arms.first ?? "lora", rates.last ?? nil),
      baseline: arms.first ?? "lora", runs: runs)
    study.probes = arms.enumerated().map { index, arm in
      let death = 0.01 / Double(index + 1)
      return StartProbe(
        name: "\(arm)-bisected", arm: arm, factors: factors(arm, nil), trainedParameters: 1000,
        reading: StartReading(
          seed: 0, curvature: 1 / (death * death), maskMismatch: 0.1 * Double(index),
          shortRuns: [.init(rate: death, value: 0.05)], crossing: death, bisected: 1.1 * death))
    }
    return study
  }

  private static func factors(_ arm: String, _ rate: Double?) -> Factors {
    Factors(
      adapter: arm, learningRate: rate, rank: 8, scale: 2, dropout: 0, objective: "dapo", steps: 40)
  }

  private static func run(
    _ arm: String, _ index: Int, rate: Double?, seed: Int, steps: Int,
    using generator: inout SplitMix64
  ) -> StudyRun {
    let dies = index == 1 && (rate ?? 0) > 2e-3
    let noise = 0.02 * generator.nextGaussian()
    let reward = (1...steps).map { step in
      let share = Double(step) / Double(steps)
      return CurvePoint(
        step: step, value: dies ? max(0, 0.4 - share) : min(1, 0.4 + 0.4 * share + noise))
    }
    let looked = [1, steps / 4, steps].map { step in
      StepSummary(
        step: step,
        modules: ["q_proj", "o_proj"].map { kind in
          ModuleAnalysis(
            identity: ModuleIdentity(
              run: arm, method: arm, seed: seed, step: step, module: "model.layers.0.\(kind)",
              rows: 8,
              columns: 8),
            metrics: [
              "relative_update_norm": 0.01 * Double(step) * (dies ? 3 : 1),
              "head_share_right": dies ? 0.8 : 0.3, "stable_rank": 2 + noise,
              "normalized_spectral_shift": 0.001 * Double(step),
              "principal_angle_right_max": Double(step) / 2,
            ])
        }, collapseScore: nil)
    }
    return StudyRun(
      name: "\(arm)-\(rate ?? 0)-\(seed)", arm: arm, factors: factors(arm, rate), seed: seed,
      trainedParameters: 1000 * (index + 1),
      curves: [
        "reward": reward, "kl_step": [CurvePoint(step: 2, value: dies ? 0.3 : 0.002)],
        "eval_accuracy": [
          CurvePoint(step: 0, value: 0.4), CurvePoint(step: steps, value: dies ? 0 : 0.8),
        ],
      ],
      steps: looked, kinds: ["q_proj": looked[2].medians, "o_proj": looked[2].medians],
      profile: (0..<10).map { bin in
        ProjectionBin(
          baseEnergy: bin == 0 ? 0.55 : 0.05, updateEnergyRight: 0.1, updateEnergyLeft: 0.1,
          nullEnergyRight: 0.1, nullEnergyLeft: 0.1)
      },
      probes: [
        ProbeName.curvature: Double(10 * (index + 1)),
        ProbeName.stepCurvature: Double(100 * (index + 1)),
      ])
  }
}

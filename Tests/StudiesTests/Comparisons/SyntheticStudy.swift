import Diagnosis
import LinearAlgebra
import Spectra
import Studies

/// Studies whose runs are made of a few numbers.
enum SyntheticStudy {
  static let common = Factors(
    adapter: "lora", learningRate: 1e-3, rank: 8, objective: "dapo", steps: 100)

  /// A run that began at 0.4.
  static func run(
    _ arm: String, rate: Double? = 1e-3, seed: Int?, score: Double,
    medians: [String: Double] = [:]
  ) -> StudyRun {
    var factors = common
    factors.adapter = arm
    factors.learningRate = rate
    return StudyRun(
      name: "\(arm) \(rate ?? 0) \(seed ?? -1)", arm: arm, factors: factors, seed: seed,
      curves: ["eval_accuracy": [.init(step: 0, value: 0.4), .init(step: 100, value: score)]],
      steps: [summary(step: 100, medians)])
  }

  static func summary(step: Int, _ medians: [String: Double]) -> StepSummary {
    StepSummary(
      step: step, medians: medians, changedModules: 1, modules: 1, nonFiniteModules: [],
      collapseScore: nil)
  }

  static func study(_ runs: [StudyRun], baseline: String = "lora") -> StudyResults {
    StudyResults(title: "synthetic", common: common, baseline: baseline, runs: runs)
  }

  /// Arms on common seeds that differ by chance alone, but for the effects given by name.
  static func arms(
    _ arms: [String], rates: [Double] = [1e-3], seeds: Int, effects: [String: Double] = [:],
    _ generator: inout SplitMix64
  ) -> StudyResults {
    let seedParts = (0..<seeds).map { _ in 0.02 * generator.nextGaussian() }
    var runs: [StudyRun] = []
    for arm in arms {
      for rate in rates {
        for seed in 0..<seeds {
          let noise = 0.02 * generator.nextGaussian()
          let score = 0.6 + seedParts[seed] + noise + (effects[arm] ?? 0)
          runs.append(run(arm, rate: rate, seed: seed, score: score))
        }
      }
    }
    return study(runs)
  }

  /// A run of 100 steps with reward 0.4 up to a step and 0.02 from there on. Each metric has one value, the
  /// same at steps 2, 5, 10 and 100.
  static func run(
    _ name: String, rate: Double = 1e-3, seed: Int, fallsAt fall: Int?, medians: [String: Double],
    back: Int? = nil
  ) -> StudyRun {
    var factors = common
    factors.learningRate = rate
    let reward = (1...100).map { step in
      let isDown = fall.map { step >= $0 } ?? false
      let isBack = back.map { step >= $0 } ?? false
      return CurvePoint(step: step, value: isDown && !isBack ? 0.02 : 0.4)
    }
    return StudyRun(
      name: name, arm: "lora", factors: factors, seed: seed, curves: ["reward": reward],
      steps: [2, 5, 10, 100].map { summary(step: $0, medians) })
  }

  /// 24 settings on five seeds, half of which collapse at step 60. `planted` is higher in those by three
  /// deviations; `noise…` carry no information.
  static func collapses(noises: Int = 1, _ generator: inout SplitMix64) -> StudyResults {
    var runs: [StudyRun] = []
    for setting in 0..<24 {
      for seed in 0..<5 {
        let isPositive = (setting + seed) % 2 == 0
        var medians = ["planted": generator.nextGaussian() + (isPositive ? 3 : 0)]
        for noise in 0..<noises { medians["noise_\(noise)"] = generator.nextGaussian() }
        runs.append(
          run(
            "run \(setting) \(seed)", rate: setting < 12 ? 1e-3 : 3e-3, seed: seed,
            fallsAt: isPositive ? 60 : nil, medians: medians))
      }
    }
    return study(runs)
  }
}

import Diagnosis
import LinearAlgebra
import Spectra
import Studies

/// Runs that differ only in their seed, with what they reach.
struct PlannedArm {
  var adapter: String
  var rate = PlantedStudy.commonRate
  var final: Double
  /// The values at the first and at the last measured step.
  var metrics: [String: (Double, Double)] = [:]
  var probes: [String: Double] = [:]
  /// The upper-half share of o_proj.
  var outputShare: Double?
  var change: @Sendable (inout Factors) -> Void = { _ in }

  /// One adapter at every rate of the grid.
  static func grid(_ adapter: String, _ finals: [Double], curvature: Double? = nil) -> [PlannedArm]
  {
    zip(PlantedStudy.rates, finals).map { rate, final in
      PlannedArm(
        adapter: adapter, rate: rate, final: final,
        probes: curvature.map { [ProbeName.curvature: $0] } ?? [:])
    }
  }
}

/// Studies whose effects are known because they were put in.
enum PlantedStudy {
  static let commonRate = 3e-3
  static let rates = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2]
  static let start = 0.4
  static let common = Factors(
    adapter: "lora", learningRate: commonRate, rank: 8, scale: 2, dropout: 0,
    samplesWithDropout: false, forcesUnitRatio: false, objective: "dapo", batch: 256, targets: [],
    task: "scratchpad", steps: 100)

  /// - Parameters:
  ///   - arms: What is planted.
  ///   - seeds: How many runs each has.
  ///   - noise: The deviation of scores, probes and logarithms of metrics between seeds.
  ///   - sequence: The seed of the noise.
  static func study(
    _ arms: [PlannedArm], seeds: Int = 5, noise: Double = 0.004, sequence: UInt64 = 1
  ) -> StudyResults {
    var generator = SplitMix64(seed: sequence)
    let runs = arms.flatMap { arm in
      (0..<seeds).map { run(of: arm, seed: $0, noise: noise, &generator) }
    }
    return StudyResults(title: "synthetic", common: common, baseline: "lora", runs: runs)
  }

  /// The same with each arm called by its adapter, as studies do.
  static func named(_ arms: [PlannedArm]) -> StudyResults {
    var study = study(arms)
    for index in study.runs.indices { study.runs[index].arm = study.runs[index].factors.adapter }
    return study
  }

  private static func run(
    of arm: PlannedArm, seed: Int, noise: Double, _ generator: inout SplitMix64
  ) -> StudyRun {
    var factors = common
    factors.adapter = arm.adapter
    factors.learningRate = arm.rate
    arm.change(&factors)
    let isCommon = factors.withoutRate == common.withoutRate
    let final = arm.final + noise * generator.nextGaussian()
    var ends = [[String: Double](), [:]]
    for (name, (first, last)) in arm.metrics.sorted(by: { $0.key < $1.key }) {
      ends[0][name] = first * (1 + noise * generator.nextGaussian())
      ends[1][name] = last * (1 + noise * generator.nextGaussian())
    }
    var probes: [String: Double] = [:]
    for (name, value) in arm.probes.sorted(by: { $0.key < $1.key }) {
      probes[name] = value + noise * generator.nextGaussian()
    }
    return StudyRun(
      name: "\(arm.adapter)-\(arm.rate)-\(seed)", arm: isCommon ? "lora" : "\(factors)",
      factors: factors, seed: seed,
      curves: [
        "eval_accuracy": [CurvePoint(step: 0, value: start), CurvePoint(step: 100, value: final)]
      ],
      steps: zip([1, 100], ends).map { step, medians in
        StepSummary(
          step: step, medians: medians, changedModules: 1, modules: 1, nonFiniteModules: [],
          collapseScore: nil)
      },
      kinds: arm.outputShare.map { ["o_proj": [PrincipalHalfShare.name: $0]] } ?? [:],
      profile: [bin(0.84), bin(0.16)], probes: probes)
  }

  private static func bin(_ energy: Double) -> ProjectionBin {
    ProjectionBin(
      baseEnergy: energy, updateEnergyRight: 0.5, updateEnergyLeft: 0.5, nullEnergyRight: 0.5,
      nullEnergyLeft: 0.5)
  }
}

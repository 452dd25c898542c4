import Diagnosis
import Spectra

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A run that was made up: healthy of each kind of training, with the noise of batches small and large. A test makes it sick
/// by changing a column.
struct PlantedRun {
  let kind: TrainingKind
  /// How many rows the log has.
  let count: Int
  /// How noisy single batches are, as a share of their level.
  let noise: Double
  var columns: [String: [Double]] = [:]
  var modules: [ModuleAnalysis] = []
  var rank: Int?
  var draws: SeededDraws

  init(_ kind: TrainingKind, seed: UInt64) {
    self.kind = kind
    draws = SeededDraws(seed: seed)
    count = [30, 60, 200, 500].randomElement(using: &draws) ?? 60
    noise = [0.03, 0.1, 0.3].randomElement(using: &draws) ?? 0.1
    columns["learning_rate"] = line { 1e-4 * (1 - $0) }
    columns["grad_norm"] = line { 2 - $0 }.map { $0 * exp(0.4 * draws.normal()) }
    switch kind {
    case .supervised, .unknown: plantSupervised()
    case .preference, .rewardModel: plantPreference()
    case .reinforcement: plantReinforcement()
    }
    plantWeights()
  }

  /// A value for each row, from the share of the run that has passed.
  func line(_ value: (Double) -> Double) -> [Double] {
    (0..<count).map { value(Double($0) / Double(count - 1)) }
  }

  /// The same, with a noise in proportion to it.
  mutating func noisy(_ share: Double? = nil, _ value: (Double) -> Double) -> [Double] {
    line(value).map { $0 * exp((share ?? noise) * draws.normal()) }
  }

  private mutating func plantSupervised() {
    let (start, end) = (draws.uniform(1...3), draws.uniform(0.3...0.9))
    let pace = draws.uniform(2...8)
    let course = { (share: Double) in end + (start - end) * exp(-pace * share) }
    columns["loss"] = noisy(nil, course)
    columns["eval_loss"] = noisy(0.01) { course($0) * 1.02 }
  }

  private mutating func plantPreference() {
    let (gain, pace) = (draws.uniform(0.5...4), draws.uniform(2...6))
    let course = { (share: Double) in gain * (1 - exp(-pace * share)) }
    let spread = noise * 3
    let margins = line(course).map { $0 + spread * (0.1 + $0) * draws.normal() }
    let chosen = line { 0.2 * course($0) }.map { $0 + 0.1 * spread * draws.normal() }
    columns["rewards/margins"] = margins
    columns["rewards/chosen"] = chosen
    columns["rewards/rejected"] = zip(chosen, margins).map { $0 - $1 }
    columns["rewards/accuracies"] = line { 0.5 + 0.4 * (1 - exp(-pace * $0)) }
      .map { min(1, $0 + 0.3 * noise * draws.normal()) }
    columns["loss"] = noisy { 0.693 - 0.3 * (1 - exp(-pace * $0)) }
  }

  private mutating func plantReinforcement() {
    let (start, end) = (draws.uniform(0.1...0.4), draws.uniform(0.5...0.8))
    let size = noise < 0.05 ? 1024.0 : noise < 0.2 ? 256 : 64
    columns["reward"] = line { start + (end - start) * $0 }.map { level in
      let shown = level + (level * (1 - level) / size).squareRoot() * draws.normal()
      return min(max(shown, 0), 1)
    }
    columns["loss"] = line { _ in 0 }.map { $0 + 0.01 * draws.normal() }
    let entropy = draws.uniform(0.5...1.2)
    columns["entropy"] = noisy(0.05) { entropy * (1 - 0.4 * $0) }
    columns["kl"] = noisy(0.2) { 0.001 + 0.05 * $0 }
    columns["actor/ppo_kl"] = noisy(0.3) { _ in 0.001 }
    columns["clip_ratio/region_mean"] = noisy(0.3) { _ in 0.01 }
    let length = draws.uniform(50...500)
    columns["completions/mean_length"] = noisy(0.05) { length * (1 + 0.4 * $0) }
    columns["completions/clipped_ratio"] = noisy(0.3) { _ in 0.02 }
    columns["frac_reward_zero_std"] = line { 0.1 + 0.25 * $0 }.map {
      max(0, $0 + 0.05 * draws.normal())
    }
    columns["sampling/sampling_logp_difference/mean"] = noisy(0.1) { _ in 0.008 }
    columns["sampling/importance_sampling_ratio/mean"] = noisy(0.005) { _ in 1 }
    columns["sampling/importance_sampling_ratio/max"] = noisy(0.2) { _ in 2 }
    columns["rollout/repetition_frac"] = noisy(0.3) { _ in 0.01 }
    columns["rewards/right/mean"] = columns["reward"]
    columns["rewards/form/mean"] = line { 0.5 + 0.4 * $0 }.map { $0 + 0.05 * draws.normal() }
  }

  private mutating func plantWeights() {
    rank = 16
    let level = draws.uniform(0.01...0.1)
    modules = (0..<28).map { index in
      let size = level * exp(0.3 * draws.normal())
      let survival = 1 - 0.02 * draws.uniform(0...1)
      let share = 0.1 * exp(0.1 * draws.normal())
      return ModuleAnalysis(
        identity: ModuleIdentity(
          run: "planted", method: "lora", seed: nil, step: 100,
          module: "model.layers.\(index / 7).\(Self.kinds[index % 7])", rows: 64, columns: 64),
        metrics: [
          UpdateFrobeniusNorm.name: 8 * size, RelativeUpdateNorm.name: size,
          EnergyRank99.name: Double(Int(draws.uniform(9...13))), UpdateRank.name: 16,
          StorageSurvival.name: survival, HeadShareRight.name: share,
          NullZRight.name: draws.normal(),
        ],
        nulls: [
          NullEstimate(
            metric: HeadShareRight.name, mean: 0.1, standardDeviation: 0.02, samples: nil)
        ])
    }
  }

  static let kinds = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

  var examined: ExaminedRun {
    let curves = columns.mapValues { values in
      values.enumerated().map { CurvePoint(step: $0 + 1, value: $1) }
    }
    return ExaminedRun(
      settings: RunSettings(kind: kind, learningRate: 1e-4, rank: rank),
      log: TrainingLog(curves: curves),
      steps: [StepSummary(step: 100, modules: modules)], modules: modules, checkpoints: [50, 100])
  }
}

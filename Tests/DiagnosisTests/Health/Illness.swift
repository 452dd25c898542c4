import Diagnosis
import Spectra
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One way to make a healthy run sick, with the rule that must see it.
struct Illness: CustomTestStringConvertible {
  let rule: any HealthRule.Type
  let kind: TrainingKind
  let strike: @Sendable (inout PlantedRun) -> Void

  var testDescription: String { rule.name }

  init(
    _ rule: any HealthRule.Type, _ kind: TrainingKind,
    _ strike: @escaping @Sendable (inout PlantedRun) -> Void
  ) {
    self.rule = rule
    self.kind = kind
    self.strike = strike
  }

  static let all = outcomes + policies + optimisation + weights

  private static let outcomes = [
    Illness(NonFiniteRule.self, .supervised) { run in
      let place = run.onset
      run.change("loss") { $0 >= place ? .nan : $1 }
    },
    Illness(CollapseRule.self, .reinforcement) { run in
      let (place, rest) = (run.onset, run.draws.uniform(0...0.1))
      run.change("reward") { $0 >= place ? rest * $1 : $1 }
    },
    Illness(DivergenceRule.self, .supervised) { run in
      let (place, level) = (run.onset, run.draws.uniform(4...10))
      let noise = run.noisy(0.05) { _ in level }
      run.change("loss") { $0 >= place ? noise[$0] : $1 }
    },
    Illness(OverfittingRule.self, .supervised) { run in
      let (place, rise) = (run.onset, run.draws.uniform(0.15...0.6))
      let rest = Double(run.count - place)
      let least = run.columns["eval_loss"]?[place] ?? 1
      let risen = run.noisy(0.01) { _ in least }
      run.change("loss") { $0 >= place ? $1 * (1 - 0.8 * Double($0 - place) / rest) : $1 }
      run.change("eval_loss") {
        $0 >= place ? risen[$0] * (1 + rise * Double($0 - place) / rest) : $1
      }
    },
    Illness(PlateauRule.self, .reinforcement) { run in run.change("reward") { _, _ in 0 } },
    Illness(LossSpikesRule.self, .supervised) { run in
      // Nine deviations of its batches at least, and twice the level.
      let height = max(2, exp(run.noise * run.draws.uniform(9...14)))
      let places = [0.35, 0.6, 0.85].map { Int($0 * Double(run.count)) }
      run.change("loss") { places.contains($0) ? height * $1 : $1 }
    },
    Illness(ReversedPreferenceRule.self, .preference) { run in
      let depth = run.draws.uniform(0.2...4)
      run.columns["rewards/margins"] = run.noisy { -depth * $0 }
    },
    Illness(DisplacementRule.self, .preference) { run in
      let depth = run.draws.uniform(2...8)
      let last = Double(run.count - 1)
      for column in ["rewards/chosen", "rewards/rejected"] {
        run.change(column) { $1 - depth * 2 * Double($0) / last }
      }
    },
  ]

  private static let policies = [
    Illness(EntropyCollapseRule.self, .reinforcement) { run in
      let end = run.draws.uniform(0.004...0.03)
      run.columns["entropy"] = run.noisy(0.05) { max(end, 0.8 * exp(-8 * $0)) }
      run.columns["reward"] = run.noisy(0.05) { min(0.5, 0.3 + 0.6 * $0) }
    },
    Illness(EntropyExplosionRule.self, .reinforcement) { run in
      let factor = run.draws.uniform(1...3)
      run.columns["entropy"] = run.noisy(0.1) { 0.7 * (1 + factor * $0) }
      run.columns["reward"] = run.noisy(0.05) { 0.5 - 0.2 * $0 }
    },
    Illness(FirstStepsRule.self, .reinforcement) { run in
      let level = run.draws.uniform(0.12...2)
      run.columns["actor/ppo_kl"] = run.noisy(0.3) { _ in level }
    },
    Illness(PolicyDivergenceRule.self, .reinforcement) { run in
      let end = run.draws.uniform(2...20)
      run.columns["kl"] = run.noisy(0.3) { 0.001 + end * $0 }
    },
    Illness(ImportanceRatioRule.self, .reinforcement) { run in
      let end = run.draws.uniform(0.1...0.35)
      run.columns["sampling/importance_sampling_ratio/mean"] = run.noisy(0.05) {
        1 - (1 - end) * min(1, 2 * $0)
      }
    },
    Illness(SamplingGapRule.self, .reinforcement) { run in
      let end = run.draws.uniform(0.15...0.6)
      run.columns["sampling/sampling_logp_difference/mean"] = run.noisy(0.2) { 0.01 + end * $0 }
    },
    Illness(SilentGroupsRule.self, .reinforcement) { run in
      let end = run.draws.uniform(0.88...1)
      run.columns["frac_reward_zero_std"] = run.line { 0.4 + (end - 0.4) * min(1, 2 * $0) }
      run.columns["reward"] = run.noisy(0.1) { _ in 0.05 }
    },
    Illness(TruncationRule.self, .reinforcement) { run in
      let end = run.draws.uniform(0.6...1)
      run.columns["completions/clipped_ratio"] = run.noisy(0.1) {
        min(1, 0.02 + end * min(1, 2 * $0))
      }
    },
    Illness(AnswerLengthRule.self, .reinforcement) { run in
      let factor = run.draws.uniform(5...20)
      let isLonger = Bool.random(using: &run.draws)
      run.columns["completions/mean_length"] = run.noisy(0.1) {
        200 * pow(isLonger ? factor : 1 / factor, min(1, 1.5 * $0))
      }
      run.columns["reward"] = run.noisy(0.05) { _ in 0.4 }
    },
    Illness(RepetitionRule.self, .reinforcement) { run in
      let end = run.draws.uniform(0.4...1)
      run.columns["rollout/repetition_frac"] = run.noisy(0.1) { 0.01 + end * min(1, 2 * $0) }
    },
    Illness(ClippingRule.self, .reinforcement) { run in
      let end = run.draws.uniform(0.6...0.9)
      run.columns["clip_ratio/region_mean"] = run.noisy(0.1) { 0.01 + end * min(1, 2 * $0) }
    },
    Illness(RewardComponentsRule.self, .reinforcement) { run in
      let loss = run.draws.uniform(0.5...0.9)
      run.columns["rewards/right/mean"] = run.noisy(0.1) { 0.6 * (1 - loss * $0) }
    },
  ]

  private static let optimisation = [
    Illness(GradientNormRule.self, .supervised) { run in
      let factor = run.draws.uniform(60...1000)
      let (place, isGone) = (run.onset, Bool.random(using: &run.draws))
      run.change("grad_norm") { $0 >= place ? (isGone ? 0 : factor * $1) : $1 }
    },
    Illness(ZeroRateRule.self, .supervised) { run in run.change("learning_rate") { _, _ in 0 } },
  ]

  private static let weights = [
    Illness(UpdateSizeRule.self, .supervised) { run in
      let factor = run.draws.uniform(150...1000)
      run.scale(RelativeUpdateNorm.name) { _ in factor }
    },
    Illness(DeadModulesRule.self, .supervised) { run in
      let layer = Int.random(in: 0..<4, using: &run.draws)
      run.scale(UpdateFrobeniusNorm.name) { $0 / 7 == layer ? 0 : 1 }
    },
    Illness(RankInUseRule.self, .supervised) { run in
      let used = Bool.random(using: &run.draws) ? 3.0 : 16
      for index in run.modules.indices { run.modules[index].metrics[EnergyRank99.name] = used }
    },
    Illness(HeadShareRule.self, .supervised) { run in
      let factor = run.draws.uniform(3...9)
      run.scale(HeadShareRight.name) { _ in factor }
      for index in run.modules.indices { run.modules[index].metrics[NullZRight.name] = 10 }
    },
    Illness(StorageRule.self, .supervised) { run in
      let rest = run.draws.uniform(0...0.4)
      run.scale(StorageSurvival.name) { _ in rest }
    },
  ]
}

extension PlantedRun {
  /// Where an illness begins: between a third and two thirds of the run.
  var onset: Int {
    mutating get { Int(draws.uniform(Double(count) / 3...Double(count) * 2 / 3)) }
  }

  mutating func change(_ column: String, _ change: (Int, Double) -> Double) {
    columns[column] = columns[column]?.enumerated().map { change($0.offset, $0.element) }
  }

  mutating func scale(_ metric: String, _ factor: (Int) -> Double) {
    for index in modules.indices {
      modules[index].metrics[metric] = modules[index].metrics[metric].map { $0 * factor(index) }
    }
  }
}

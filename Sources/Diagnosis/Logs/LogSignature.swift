import Checkpoints

/// Which program wrote a log, and for what kind of training, seen from the names of its columns.
package struct LogSignature: Sendable {
  package let trainer: String
  package let kind: TrainingKind
  /// Columns that only this trainer writes: all of one of these sets are there.
  let columns: [Set<String>]

  /// The first that fits counts. A trainer that is new joins by a line here.
  package static let all: [LogSignature] = [
    LogSignature(
      trainer: "verl", kind: .reinforcement,
      columns: [["actor/pg_loss"], ["critic/score/mean"], ["critic/rewards/mean"]]),
    LogSignature(trainer: "slime", kind: .reinforcement, columns: [["rollout/raw_reward"]]),
    LogSignature(
      trainer: "TRL PPO", kind: .reinforcement,
      columns: [["objective/rlhf_reward"], ["objective/scores"], ["ppo/mean_scores"]]),
    // Its columns are TRL's and some more.
    LogSignature(
      trainer: "sigmascope", kind: .reinforcement, columns: [["reward", "calibration_gap"]]),
    LogSignature(
      trainer: "TRL GRPO", kind: .reinforcement,
      columns: [
        ["reward", "frac_reward_zero_std"], ["reward", "completions/mean_length"],
        ["reward", "completion_length"],
      ]),
    LogSignature(
      trainer: "OpenRLHF", kind: .reinforcement,
      columns: [["reward", "response_length"], ["reward", "policy_loss"]]),
    LogSignature(trainer: "TRL ORPO", kind: .preference, columns: [["log_odds_ratio"]]),
    LogSignature(
      trainer: "TRL KTO", kind: .preference, columns: [["rewards/chosen", "rewards/margins", "kl"]]),
    LogSignature(
      trainer: "TRL CPO", kind: .preference,
      columns: [["rewards/chosen", "rewards/margins", "nll_loss"]]),
    LogSignature(
      trainer: "TRL DPO", kind: .preference, columns: [["rewards/chosen", "rewards/margins"]]),
    LogSignature(
      trainer: "OpenRLHF", kind: .preference, columns: [["chosen_reward", "reject_reward"]]),
    LogSignature(
      trainer: "TRL reward model", kind: .rewardModel,
      columns: [["min_reward", "max_reward"], ["margin", "accuracy"]]),
    LogSignature(
      trainer: "TRL SFT", kind: .supervised, columns: [["mean_token_accuracy"]]),
    LogSignature(trainer: "OpenRLHF", kind: .supervised, columns: [["gpt_loss"]]),
  ]

  /// The signature that a log fits; nil if none does.
  package static func of(_ log: TrainingLog) -> LogSignature? {
    all.first { signature in
      signature.columns.contains { $0.allSatisfy(log.has) }
    }
  }
}

extension TrainingLog {
  /// What kind of training wrote the log, whatever the trainer: by the quantities that it holds.
  package var kind: TrainingKind {
    if let signature = LogSignature.of(self) { return signature.kind }
    if curve(of: .reward) != nil { return .reinforcement }
    let isOfPairs =
      curve(of: .rewardMargin) != nil || curve(of: .chosenReward) != nil
      || has("rewards/accuracies") || has("rewards/accuracies/mean")
    if isOfPairs { return .preference }
    let isLossKnown = curve(of: .loss) != nil || curve(of: .evaluationLoss) != nil
    let wasLossKnown = nonFiniteSteps(of: .loss) != nil
    return isLossKnown || wasLossKnown ? .supervised : .unknown
  }
}

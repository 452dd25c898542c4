/// A quantity that trainers log under different names.
public enum LoggedQuantity: String, CaseIterable, Codable, Sendable {
  case loss
  case evaluationLoss = "evaluation_loss"
  /// The mean reward of the policy's answers. What preference training calls a reward is ``chosenReward`` and
  /// ``rejectedReward``.
  case reward
  case learningRate = "learning_rate"
  /// The mean entropy of the policy's next token, in nats; under `objective/entropy` that of a whole answer.
  case entropy
  /// The divergence from the reference policy in nats, of a token; under `objective/kl` that of a whole answer.
  case divergence
  /// The share of tokens whose probability ratio was clipped.
  case clipFraction = "clip_fraction"
  case gradientNorm = "gradient_norm"
  /// The mean length of an answer in tokens.
  case completionLength = "completion_length"
  /// The implicit (DPO, KTO, …) or modelled reward of preferred answers.
  case chosenReward = "chosen_reward"
  case rejectedReward = "rejected_reward"
  /// Chosen minus rejected.
  case rewardMargin = "reward_margin"
  /// The share of pairs whose preferred answer has the higher reward; else of answers that are right.
  case accuracy
  /// The share of tokens that are predicted.
  case tokenAccuracy = "token_accuracy"
  /// The log-probability of preferred answers, and of the others.
  case chosenLogProbability = "chosen_log_probability"
  case rejectedLogProbability = "rejected_log_probability"
  /// The divergence of the policy from itself before the step in nats, of a token.
  case stepDivergence = "step_divergence"
  /// The mean of the importance ratios of tokens, or of answers.
  case importanceRatio = "importance_ratio"
  case largestImportanceRatio = "largest_importance_ratio"
  /// The mean distance between the log-probabilities of the program that sampled and of the one that trains.
  case samplingGap = "sampling_gap"
  /// The same of the probabilities.
  case probabilityGap = "probability_gap"
  /// The share of groups whose answers all have one reward.
  case silentGroups = "silent_groups"
  /// The share of answers that ended at the limit of length.
  case truncatedShare = "truncated_share"
  /// The share of answers that repeat themselves.
  case repetition

  /// The names of columns, the first that is there counts. `train/` is cut off before, `eval/` is `eval_`.
  package var names: [String] {
    switch self {
    // Trainer and TRL; OpenRLHF; verl; Lightning. `train_loss` of Trainer is the mean over the run, in its last row.
    case .loss:
      [
        "loss", "policy_loss", "gpt_loss", "loss_mean", "actor/loss", "actor/pg_loss",
        "loss/policy_avg", "ppo/loss/total", "train_loss",
      ]
    case .evaluationLoss: ["eval_loss", "val/loss", "val_loss", "validation/loss", "valid_loss"]
    // TRL, OpenRLHF; verl; TRL's PPO and online DPO; slime; TRL's PPO up to 0.11
    case .reward:
      [
        "reward", "critic/score/mean", "critic/rewards/mean", "objective/scores",
        "objective/rlhf_reward",
        "rollout/raw_reward", "env/reward_mean", "ppo/mean_scores",
      ]
    // Trainer; LLaMA-Factory, OpenRLHF, verl
    case .learningRate:
      ["learning_rate", "lr", "actor_lr", "actor/lr", "train_lr", "ppo/learning_rate"]
    case .entropy:
      [
        "entropy", "actor/entropy", "actor/entropy_loss", "entropy_loss", "policy/entropy_avg",
        "ppo/policy/entropy", "objective/entropy",
      ]
    case .divergence: ["kl", "actor/kl_loss", "actor/reward_kl_penalty", "objective/kl"]
    case .clipFraction:
      [
        "clip_ratio/region_mean", "clip_ratio", "actor/pg_clipfrac", "ppo_clip_ratio",
        "policy_clip_ratio",
        "policy/clipfrac_avg", "ppo/policy/clipfrac", "cispo_clip_ratio",
      ]
    case .gradientNorm: ["grad_norm", "actor/grad_norm", "actor_grad_norm"]
    case .completionLength:
      [
        "completions/mean_length", "completion_length", "response_length/mean", "response_length",
        "tokens/responses_len_mean",
      ]
    case .chosenReward: ["rewards/chosen", "rewards/chosen/mean", "chosen_reward"]
    case .rejectedReward:
      ["rewards/rejected", "rewards/rejected/mean", "reject_reward", "rejected_reward"]
    case .rewardMargin: ["rewards/margins", "rewards/margins/mean", "margin", "reward_margin"]
    case .accuracy:
      ["rewards/accuracies", "rewards/accuracies/mean", "accuracy", "acc_mean"]
    case .tokenAccuracy: ["mean_token_accuracy", "token_accuracy"]
    case .chosenLogProbability: ["logps/chosen"]
    case .rejectedLogProbability: ["logps/rejected"]
    // this program; verl; slime; TRL's PPO and online DPO; open-instruct
    case .stepDivergence:
      [
        "kl_step", "actor/ppo_kl", "ppo_kl", "policy/approxkl_avg", "objective/approxkl",
        "ppo/policy/approxkl",
      ]
    // slime; TRL; verl's correction; TRL's PPO and open-instruct
    case .importanceRatio:
      [
        "ois", "sampling/importance_sampling_ratio/mean", "rollout_corr/rollout_is_mean",
        "val/ratio",
      ]
    case .largestImportanceRatio:
      ["sampling/importance_sampling_ratio/max", "rollout_corr/rollout_is_max"]
    // TRL; slime; open-instruct
    case .samplingGap:
      [
        "sampling/sampling_logp_difference/mean", "train_rollout_logprob_abs_diff",
        "debug/vllm_vs_local_logprob_diff_mean",
      ]
    case .probabilityGap: ["training/rollout_probs_diff_mean"]
    case .silentGroups: ["frac_reward_zero_std"]
    // TRL; verl; slime
    case .truncatedShare:
      ["completions/clipped_ratio", "response_length/clip_ratio", "rollout/truncated_ratio"]
    case .repetition: ["rollout/repetition_frac", "repetition_frac"]
    }
  }

  /// The quantity that a column holds; nil if it is none of these.
  init?(column: String) {
    guard let quantity = Self.allCases.first(where: { $0.names.contains(column) }) else {
      return nil
    }
    self = quantity
  }
}

extension HistoryRow {
  /// The value of a quantity under the first of its names that the row has.
  public func value(of quantity: LoggedQuantity) -> Double? {
    for name in quantity.names {
      if let value = values[name] { return value }
    }
    return quantity == .reward ? summedReward : nil
  }

  /// The mean reward of the step. Where no total was logged, it is the sum over reward functions of
  /// `rewards/<function>/mean` (or `rewards/<function>`, as older versions of TRL wrote it; the sum is TRL's own where
  /// all weights are 1). Rewards of pairs (DPO, KTO, ORPO, CPO, reward models) are none.
  public var reward: Double? { value(of: .reward) }

  /// The mean of each reward function, by its name; empty for rewards of pairs.
  public var rewardComponents: [String: Double] {
    var (means, plain): ([String: Double], [String: Double]) = ([:], [:])
    for (column, value) in values where column.hasPrefix("rewards/") {
      let parts = column.split(separator: "/", omittingEmptySubsequences: false)
      let isMean = parts.count > 2 && parts.last == "mean"
      let name = (isMean ? parts[1..<parts.count - 1] : parts[1...]).joined(separator: "/")
      if Self.ofPairs.contains(name) { return [:] }
      if isMean {
        means[name] = value
      } else if parts.last != "std" {
        plain[name] = value
      }
    }
    return means.isEmpty ? plain : means
  }

  /// What preference training logs beside `rewards/`, which no policy was rewarded with.
  private static let ofPairs: Set = ["chosen", "rejected", "margins", "accuracies"]

  private var summedReward: Double? {
    let components = rewardComponents
    // Sorted, so that the sum does not depend on the order of a dictionary.
    return components.isEmpty
      ? nil : components.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
  }
}

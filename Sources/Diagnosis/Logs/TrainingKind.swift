/// What a run was trained on. It decides which logged curve says how the run went.
public enum TrainingKind: String, Codable, Sendable, CaseIterable {
  /// On demonstrations or plain text, by cross-entropy.
  case supervised
  /// On pairs or labelled answers: DPO, KTO, ORPO, CPO and their kin.
  case preference
  /// A model that scores answers.
  case rewardModel = "reward_model"
  /// On rewards of its own answers: PPO, GRPO and their kin.
  case reinforcement
  /// Nothing in the log tells.
  case unknown
}

/// Which program and kind of training the class of a configuration belongs to.
package struct TrainerConfiguration: Sendable {
  package let trainer: String
  /// Nil if the class serves every kind.
  package let kind: TrainingKind?

  /// By the name of the class. A trainer that is new joins by a line here.
  package static let all: [String: TrainerConfiguration] = [
    "sigmascope": Self("sigmascope", nil),
    "TrainingArguments": Self("Trainer", nil), "Seq2SeqTrainingArguments": Self("Trainer", nil),
    "SFTConfig": Self("TRL SFT", .supervised), "GKDConfig": Self("TRL GKD", .supervised),
    "DPOConfig": Self("TRL DPO", .preference), "KTOConfig": Self("TRL KTO", .preference),
    "ORPOConfig": Self("TRL ORPO", .preference), "CPOConfig": Self("TRL CPO", .preference),
    "BCOConfig": Self("TRL BCO", .preference),
    "RewardConfig": Self("TRL reward model", .rewardModel),
    "GRPOConfig": Self("TRL GRPO", .reinforcement), "RLOOConfig": Self("TRL RLOO", .reinforcement),
    "PPOConfig": Self("TRL PPO", .reinforcement),
  ]

  private init(_ trainer: String, _ kind: TrainingKind?) {
    self.trainer = trainer
    self.kind = kind
  }
}

import Checkpoints
import Foundation
import Testing

@Suite("Logged quantities") struct LoggedQuantityTests {
  @Test func `the names of quantities in files are in snake case`() {
    for quantity in LoggedQuantity.allCases {
      #expect(quantity.rawValue.allSatisfy { $0 == "_" || $0.isLowercase }, "\(quantity)")
    }
    #expect(LoggedQuantity.evaluationLoss.rawValue == "evaluation_loss")
  }

  /// What TRL's trainers wrote, by make_logs.py: a run's rows, read as its saved state.
  private func rows(of trainer: String) throws -> [HistoryRow] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/logs/trl.json")
    let histories = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    let state = ["global_step": 2, "log_history": try #require(histories[trainer])]
    let folder = try TestFolder()
    return try TrainerState(
      file: folder.write(
        "trainer_state.json", Array(try JSONSerialization.data(withJSONObject: state)))
    ).history
  }

  @Test(
    arguments: [
      ("sft", [.loss, .learningRate, .gradientNorm, .entropy, .tokenAccuracy]),
      (
        "dpo",
        [
          .loss, .learningRate, .gradientNorm, .chosenReward, .rejectedReward, .rewardMargin,
          .accuracy,
        ]
      ),
      (
        "kto",
        [
          .loss, .learningRate, .gradientNorm, .chosenReward, .rejectedReward, .rewardMargin,
          .divergence,
        ]
      ),
      (
        "orpo",
        [
          .loss, .learningRate, .gradientNorm, .chosenReward, .rejectedReward, .rewardMargin,
          .accuracy,
        ]
      ),
      (
        "cpo",
        [
          .loss, .learningRate, .gradientNorm, .chosenReward, .rejectedReward, .rewardMargin,
          .accuracy,
        ]
      ),
      ("reward", [.loss, .learningRate, .gradientNorm, .rewardMargin, .accuracy]),
      (
        "grpo",
        [
          .loss, .reward, .learningRate, .gradientNorm, .entropy, .divergence, .clipFraction,
          .completionLength,
        ]
      ),
      (
        "rloo",
        [
          .loss, .reward, .learningRate, .gradientNorm, .entropy, .divergence, .clipFraction,
          .completionLength,
        ]
      ),
      (
        "online-dpo",
        [.loss, .reward, .chosenReward, .rewardMargin, .accuracy, .divergence, .entropy]
      ),
    ] as [(String, [LoggedQuantity])])
  func `every trainer of TRL logs its quantities`(trainer: String, quantities: [LoggedQuantity])
    throws
  {
    let row = try #require(try rows(of: trainer).first)
    for quantity in quantities { #expect(row.value(of: quantity) != nil, "\(quantity)") }
    #expect((row.reward != nil) == quantities.contains(.reward))
    if trainer == "grpo" {
      #expect(Set(row.rewardComponents.keys) == ["first", "second"])
      let sum = row.rewardComponents.values.reduce(0, +)
      #expect(abs((row.reward ?? .nan) - sum) < 1e-6)
    }
  }

  @Test(arguments: [
    ["rewards/chosen": 1, "rewards/rejected": -4, "rewards/accuracies": 0.9, "rewards/margins": 5],
    ["rewards/chosen/mean": 1, "rewards/chosen/std": 2, "rewards/rejected/mean": -4],
    ["rewards/rejected": -4], ["eval_reward": 1], ["eval_rewards/chosen": 1],
    ["mean_reward": 1, "margin": 2],
    ["rewards/chosen": 1, "rewards/format/mean": 2], ["chosen_reward": 1, "reject_reward": 2],
  ])
  func `rewards of pairs are no reward`(values: [String: Double]) {
    #expect(HistoryRow(step: 0, values: values).reward == nil)
  }

  @Test(
    arguments: [
      (
        [
          "policy_loss": 1, "reward": 2, "kl": 3, "response_length": 4, "actor_lr": 5,
          "ppo_clip_ratio": 6,
        ], "OpenRLHF"
      ),
      (
        [
          "actor/pg_loss": 1, "critic/score/mean": 2, "actor/kl_loss": 3, "response_length/mean": 4,
          "actor/lr": 5,
          "actor/pg_clipfrac": 6,
        ], "verl"
      ),
      (
        [
          "loss/policy_avg": 1, "objective/scores": 2, "objective/kl": 3, "completion_length": 4,
          "lr": 5,
          "policy/clipfrac_avg": 6,
        ], "older TRL"
      ),
      (
        [
          "ppo/loss/total": 1, "env/reward_mean": 2, "objective/kl": 3,
          "tokens/responses_len_mean": 4, "ppo/learning_rate": 5, "ppo/policy/clipfrac": 6,
        ], "TRL up to 0.11"
      ),
    ] as [([String: Double], String)])
  func `other trainers' names mean the same`(values: [String: Double], trainer: String) {
    let row = HistoryRow(step: 0, values: values)
    let quantities: [LoggedQuantity] = [
      .loss, .reward, .divergence, .completionLength, .learningRate, .clipFraction,
    ]
    #expect(quantities.map(row.value(of:)) == [1, 2, 3, 4, 5, 6])
  }

  @Test func `the entropy of a token counts before that of an answer`() {
    let row = HistoryRow(step: 0, values: ["objective/entropy": 40, "policy/entropy_avg": 0.5])
    #expect(row.value(of: .entropy) == 0.5)
  }
}

import Checkpoints
import Testing

@Suite("Trainer state") struct TrainerStateTests {
  private func state(_ text: String) throws -> TrainerState {
    let folder = try TestFolder()
    return try TrainerState(file: folder.write("trainer_state.json", text: text))
  }

  @Test func `rows keep their numbers only`() throws {
    let state = try state(
      #"{"global_step":4,"log_history":[{"step":2,"loss":0.5,"kl":null,"note":"x","epoch":0.1}]}"#)
    #expect(state.globalStep == 4)
    #expect(state.history == [HistoryRow(step: 2, values: ["loss": 0.5, "epoch": 0.1])])
  }

  @Test func `rows of one step are one, the last value counts`() throws {
    let state = try state(
      #"{"global_step":2,"log_history":[{"step":2,"loss":1},{"step":1,"loss":3},"#
        + #"{"step":2,"loss":0.5},{"step":2,"eval_loss":7}]}"#)
    #expect(
      state.history == [
        HistoryRow(step: 1, values: ["loss": 3]),
        HistoryRow(step: 2, values: ["loss": 0.5, "eval_loss": 7]),
      ])
  }

  @Test func `a loss that is not a number is kept`() throws {
    let state = try state(#"{"global_step":1,"log_history":[{"step":1,"loss":NaN}]}"#)
    #expect(state.history[0].values["loss"]?.isNaN == true)
  }

  @Test func `a state without its step is refused`() throws {
    let error = #expect(throws: CheckpointError.self) { try state("{}") }
    #expect(
      error?.description.hasSuffix(
        "'global_step' is missing, expected an integer: correct the file") == true)
  }

  @Test(
    arguments: [
      (["reward": 1, "rewards/f/mean": 2], 1.0),
      (["rewards/f/mean": 2, "rewards/g/mean": 3, "rewards/f/std": 9, "critic/score/mean": 5], 5),
      (["rewards/f": 2, "rewards/f/std": 9], 2),
      (["critic/score/mean": 5, "rollout/raw_reward": 6], 5),
      (["critic/rewards/mean": 4], 4),
      (["rollout/raw_reward": 6], 6),
      (["loss": 1], nil),
    ] as [([String: Double], Double?)])
  func `the reward is the first of the names that trainers use`(
    values: [String: Double], reward: Double?
  ) {
    #expect(HistoryRow(step: 0, values: values).reward == reward)
  }
}

import Checkpoints
import Diagnosis
import Foundation
import Testing

/// A row of a trainer tells of the policy before its update.
@Suite("Choice of a checkpoint") struct CheckpointChoiceTests {
  private func verdict(
    _ curves: [String: [CurvePoint]], checkpoints: [Int], kind: TrainingKind = .reinforcement
  ) -> Verdict {
    Verdict(
      of: ExaminedRun(
        settings: RunSettings(kind: kind, learningRate: 1e-3), log: TrainingLog(curves: curves),
        checkpoints: checkpoints), topCount: 16)
  }

  private func points(_ values: [Double], every step: Int = 1) -> [CurvePoint] {
    values.enumerated().map { CurvePoint(step: ($0 + 1) * step, value: $1) }
  }

  /// Rises from 0.3, and is 0 from row 20 on: the policy after 19 updates is dead.
  private var death: [CurvePoint] { points((1...40).map { $0 < 20 ? 0.3 + 0.02 * Double($0) : 0 }) }

  @Test func `the checkpoint whose own row shows the fall is not advised`() throws {
    let found = verdict(["reward": death], checkpoints: Array(0...40))
    #expect(found.symptoms.first { $0.rule == "collapse" }?.step == 20)
    let best = try #require(found.best)
    #expect(best.step <= 18 && best.step >= 12)
    #expect(found.symptoms[0].advice.hasPrefix("Take checkpoint \(best.step), and train at"))
    // The one before the dead row is the dead policy.
    #expect(verdict(["reward": death], checkpoints: [0, 19, 20, 40]).best == nil)
  }

  @Test func `a row of several steps tells of all policies since the row before`() {
    let rewards = points((1...20).map { $0 < 5 ? 0.5 : 0 }, every: 10)
    // Row 50 is of the policies 40 to 49.
    let found = verdict(["reward": rewards], checkpoints: [40, 50, 200])
    #expect(found.symptoms[0].advice.hasPrefix("No checkpoint was saved before it: begin again"))
    #expect(verdict(["reward": rewards], checkpoints: [30, 40, 50]).best?.step == 30)
  }

  @Test func `the recorded run of TRL that died between its first rows begins again`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let state = try TrainerState(
      file: root.path
        + "/notebooks-data/tiny-qwen2-grpo/runs/pissa/checkpoint-100/trainer_state.json")
    let found = Verdict(
      of: ExaminedRun(
        settings: RunSettings(kind: .reinforcement, learningRate: 3e-3),
        log: TrainingLog(state.history), checkpoints: [2, 4, 10, 20, 50, 100]), topCount: 16)
    // Checkpoint 2 answers 0.6 % of the problems right, the base 47 %.
    #expect(found.best == nil)
    #expect(found.symptoms[0].advice.hasPrefix("No checkpoint was saved before it: begin again"))
  }

  @Test func `an evaluation is of the policy at its step, and comes before rewards`() throws {
    let curves = [
      "reward": points((1...40).map { 0.3 + 0.01 * Double($0) }),
      "eval_accuracy": [(0, 0.4), (10, 0.5), (20, 0.7), (30, 0.6), (40, 0.6)].map {
        CurvePoint(step: $0.0, value: $0.1)
      },
    ]
    let best = try #require(verdict(curves, checkpoints: [0, 10, 20, 30, 40]).best)
    #expect(best.step == 20 && best.reason.contains("'eval_accuracy', 0.7"))
  }

  @Test func `where the base was better none is advised`() {
    let curves = [
      "reward": death,
      "eval_accuracy": [(0, 0.5), (5, 0.4), (10, 0.3), (40, 0)].map {
        CurvePoint(step: $0.0, value: $0.1)
      },
    ]
    let found = verdict(curves, checkpoints: [0, 5, 10, 40])
    #expect(found.best == nil)
    #expect(
      found.symptoms.first { $0.rule == "collapse" }?.advice
        .hasPrefix("No checkpoint before it is better than the base: begin again") == true)
  }

  @Test func `of a run that rises to its end the last one is best`() {
    let found = verdict(
      ["reward": points((1...40).map { 0.01 * Double($0) })], checkpoints: [10, 20, 30, 40])
    #expect(found.best?.step == 40)
    let loss = verdict(
      ["loss": points((1...40).map { 4 - 0.05 * Double($0) })], checkpoints: [10, 20, 30, 40],
      kind: .supervised)
    #expect(loss.best?.step == 40)
  }
}

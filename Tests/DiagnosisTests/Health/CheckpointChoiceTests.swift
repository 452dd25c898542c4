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
    let rewards = points((1...40).map { $0 < 15 ? 0.3 + 0.02 * Double($0) : 0 }, every: 10)
    // Row 150 is of the policies 140 to 149.
    let found = verdict(["reward": rewards], checkpoints: [140, 150, 400])
    #expect(found.symptoms[0].advice.hasPrefix("No checkpoint was saved before it: begin again"))
    #expect(verdict(["reward": rewards], checkpoints: [130, 140, 150]).best?.step == 130)
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

  @Test func `where the base was better none is advised`() throws {
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
        .hasPrefix(
          "None of the checkpoints before it is known to be better than the base: begin again")
        == true)
  }

  @Test func `the policy that the warm-up left as it was is no checkpoint to take`() {
    // The first row's rate is 0, so that checkpoint 1 is the base; the third row is of a dead policy.
    let rewards = points([0.348, 0.402, 0.055, 0.043] + [Double](repeating: 0, count: 36))
    let found = verdict(["reward": rewards], checkpoints: [0, 1, 10, 40])
    #expect(found.best == nil)
    #expect(found.symptoms[0].advice.contains("begin again"))
    let evaluated = [
      "reward": rewards,
      "eval_accuracy": [(0, 0.414), (1, 0.414), (2, 0.05), (40, 0)].map {
        CurvePoint(step: $0.0, value: $0.1)
      },
    ]
    #expect(verdict(evaluated, checkpoints: [0, 1, 2, 40]).best == nil)
  }

  @Test func `of checkpoints that noise cannot tell apart the last is best`() throws {
    // The real TRL: 28 was the highest average; 512 sampled answers found .549 there and .605 at 36.
    let rewards = [
      0.473, 0.449, 0.523, 0.551, 0.246, 0.258, 0.574, 0.434, 0.461, 0.508, 0.484, 0.34, 0.305,
      0.426, 0.406, 0.445,
      0.387, 0.504, 0.422, 0.566, 0.473, 0.555, 0.602, 0.551, 0.453, 0.496, 0.457, 0.559, 0.57,
      0.477, 0.562, 0.566,
      0.531, 0.453, 0.516, 0.508,
    ]
    let best = try #require(
      verdict(["reward": points(rewards)], checkpoints: [4, 12, 20, 28, 36]).best)
    #expect(best.step == 36 && best.reason.contains("within noise of the highest"))
  }

  @Test
  func `a loss that was evaluated at other steps leaves the last sound checkpoint, in both places`()
    throws
  {
    let curves = [
      "loss": points((1...60).map { 2 - 0.03 * Double($0) }),
      "eval_loss": [
        (7, 1.5), (14, 1.2), (21, 1), (28, 0.99), (35, 1.2), (42, 1.4), (49, 1.6), (56, 1.8),
      ].map {
        CurvePoint(step: $0.0, value: $0.1)
      },
    ]
    let found = verdict(curves, checkpoints: [10, 20, 30, 40], kind: .supervised)
    #expect(found.symptoms.first?.advice.hasPrefix("Take checkpoint 20") == true)
    #expect(found.best?.step == 20)
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

package import Studies
import Training

/// Curiosity-driven exploration: bonuses for answers that the policy finds unlikely, and for prefixes that value heads
/// disagree about.
package struct CDE: ResearchSystem {
  package static let description = SystemDescription(
    name: "cde", title: "Curiosity-driven exploration",
    paper:
      "Dai et al., CDE: Curiosity-driven exploration for efficient reinforcement learning in large language models, "
      + "2025, arXiv 2509.09675",
    summary: "GRPO with a bonus for unlikely answers; PPO with one for disagreement of value heads",
    arms: [
      .init("grpo-bonus", "GRPO with the bonus of the actor for the first third of the steps"),
      .init("grpo", "GRPO"),
      .init("grpo-bonus-always", "GRPO with the bonus of the actor until the end"),
      .init("ppo", "PPO with one value head"),
      .init("ppo-heads", "PPO with four value heads and the bonus of the critic"),
    ],
    measures: [
      .init(
        "accuracy", "sampled accuracy on held-out problems", unit: "1", in: .share, over: "step"),
      .init(
        "calibration-gap", "how much more wrong answers surprise the policy than right ones",
        unit: "nats per token", over: "step"),
      .init("entropy", "mean entropy of tokens", unit: "nats", in: .size, over: "step"),
    ])

  package static let claims = [
    SystemClaim(
      "The bonus of the actor raises the accuracy that GRPO reaches.",
      reported: "48.2 → 50.6 on averages of four mathematics benchmarks",
      .difference("accuracy", .last, of: "grpo-bonus", less: "grpo", is: .above(0))),
    SystemClaim(
      "Four value heads with the bonus of the critic raise the accuracy that PPO reaches.",
      reported: "46.5 → 48.5 with four heads",
      .difference("accuracy", .last, of: "ppo-heads", less: "ppo", is: .above(0))),
    SystemClaim(
      "The calibration gap closes under GRPO.",
      reported: "falls over training (a figure)",
      .value("calibration-gap", .rise, of: "grpo", is: .below(0))),
    SystemClaim(
      "With the bonus, the calibration gap stays wider than under GRPO.",
      reported: "the gap stays open under CDE (a figure)",
      .difference("calibration-gap", .last, of: "grpo-bonus", less: "grpo", is: .above(0))),
    SystemClaim(
      "A bonus that ends is better than one that never does.",
      reported: "staircase best, no decay worst, of four schedules",
      .difference("accuracy", .last, of: "grpo-bonus", less: "grpo-bonus-always", is: .above(0))),
  ]

  private let steps: Int
  private let every: Int

  package init(size: SystemSize) { (steps, every) = size == .quick ? (20, 10) : (150, 25) }

  package func run(_ unit: inout SystemUnit, on bench: SystemBench) throws {
    let (arm, seed) = (unit.arm, UInt64(unit.seed))
    let trainer = try bench.trainer { settings in
      settings.steps = steps
      settings.seed = seed
      settings.evaluationProblems = 512
      settings.objective = arm.hasPrefix("ppo") ? PPO.name : GRPO.name
      if arm.hasPrefix("grpo-bonus") { settings.curiosity = 1 }
      if arm == "grpo-bonus-always" { settings.curiositySchedule = .constant }
      if arm == "ppo-heads" {
        settings.valueHeads = 4
        settings.criticCuriosity = 0.5
      }
    }
    try note(trainer.examine(), at: 0, in: &unit)
    for step in 1...steps {
      try Task.checkCancellation()
      let record = try trainer.step()
      guard step % every == 0 else { continue }
      try note(trainer.examine(), at: step, in: &unit)
      if let entropy = record["entropy"] { unit.note("entropy", at: Double(step), entropy) }
    }
    try bench.write(trainer.policy, step: steps)
  }

  private func note(_ found: Examination, at step: Int, in unit: inout SystemUnit) {
    unit.note("accuracy", at: Double(step), found.sampled)
    if let gap = found.calibrationGap { unit.note("calibration-gap", at: Double(step), gap) }
  }
}

import LinearAlgebra
package import Studies
import Training

/// A reward that is learnt from reference traces alone, beside the policy that it trains; the same model then ranks
/// answers, guides a search, and points at wrong steps.
package struct AIRLS: ResearchSystem {
  package static let description = SystemDescription(
    name: "airl-s", title: "Adversarial rewards from reference traces",
    paper:
      "Jin et al., Your reward function for RL is your best PRM for search (AIRL-S), 2025, arXiv 2508.14313",
    summary: "a discriminator of reference traces is the only reward, then ranks and searches",
    arms: [
      .init("airl", "reward of a token: the discriminator's logit"),
      .init("airl-answer", "the mean logit over tokens is the reward of the whole answer"),
      .init("airl-textbook", "the logit less the log-probability of the token"),
      .init("airl-outputs", "as airl, but the scalar head reads outputs alone"),
      .init("verifier", "GRPO with the task's own reward"),
      .init("imitation", "cross-entropy on as many reference traces"),
    ],
    measures: [
      .init(
        "accuracy", "sampled accuracy on held-out problems", unit: "1", in: .share, over: "step"),
      .init(
        "roc-area",
        "chance that a right answer of the base has a higher mean logit than a wrong one",
        unit: "1", in: .share, over: "step"),
      .init(
        "ranked", "accuracy of the answer with the highest mean logit of N", unit: "1", in: .share,
        over: "N"),
      .init(
        "ranked-less-majority", "the same less that of a majority vote", unit: "1", in: .difference,
        over: "N"),
      .init(
        "ranked-less-random", "the same less that of a random answer", unit: "1", in: .difference,
        over: "N"),
      .init(
        "ranked-less-likelihood", "the same less that of the answer which the base finds likeliest",
        unit: "1", in: .difference, over: "N"),
      .init(
        "verifier-less-ranked", "how much more a verifier finds among N", unit: "1",
        in: .difference, over: "N"),
      .init(
        "located", "share of planted errors at which the logit is lowest", unit: "1", in: .share,
        over: "digits of steps"),
      .init(
        "located-less-chance", "the same less the share by chance", unit: "1", in: .difference,
        over: "digits of steps"),
      .init(
        "searched", "accuracy of beam search over steps", unit: "1", in: .share, over: "samples"),
      .init(
        "searched-less-ranked", "the same less the best of as many answers", unit: "1",
        in: .difference,
        over: "samples"),
    ])

  package static let claims = [
    SystemClaim(
      "A policy learns from the discriminator alone: its accuracy rises by more than .1.",
      reported: "a reward learnt without step labels trains as well as outcome rewards",
      .value("accuracy", .rise, of: "airl", is: .above(0.1))),
    SystemClaim(
      "The learnt reward comes within .05 of the verifier's.",
      reported: "a match of GRPO with true rewards",
      .difference("accuracy", .last, of: "airl", less: "verifier", is: .within(0.05))),
    SystemClaim(
      "The discriminator's choice among 16 answers beats a majority vote.",
      reported: "best of N with the same model above majority on all benchmarks",
      .value("ranked-less-majority", .at(16), of: "airl", is: .above(0))),
    SystemClaim(
      "It also beats the choice of the answer that the base itself finds likeliest.",
      reported: "not in the paper: a control for what the head reads",
      .value("ranked-less-likelihood", .at(16), of: "airl", is: .above(0))),
    SystemClaim(
      "The logit is lowest at a planted wrong digit, more often than by chance.",
      reported: "a dense reward of steps learnt from traces alone",
      .value("located-less-chance", .last, of: "airl", is: .above(0))),
    SystemClaim(
      "Beam search over steps beats the best of as many answers.",
      reported: "search with the same model gains up to 9 points",
      .value("searched-less-ranked", .last, of: "airl", is: .above(0))),
  ]

  private let steps: Int, every: Int, asked: Int
  private static let prompts = 16, group = 16
  /// Learning rates of the policy and of the discriminator.
  private static let rate = 5e-4, discriminatorRate = 1e-3
  /// Steps that the discriminator takes before the policy's first.
  private static let stepsAhead = 20

  package init(size: SystemSize) {
    (steps, every, asked) = size == .quick ? (10, 5, 32) : (30, 10, 128)
  }

  package func run(_ unit: inout SystemUnit, on bench: SystemBench) throws {
    let (arm, seed) = (unit.arm, UInt64(unit.seed))
    let trainer = try bench.trainer { settings in
      settings.steps = steps
      settings.seed = seed
      settings.objective = arm == "imitation" ? TrainingSettings.demonstrations : GRPO.name
      settings.prompts = Self.prompts
      settings.group = arm == "imitation" ? 1 : Self.group
      settings.learningRate = Self.rate
      settings.evaluationProblems = 512
      settings.taskOption = ["style=scratchpad"]
    }
    var judge: AnswerJudge?
    if arm.hasPrefix("airl") {
      let traces = AdversarialTraining(
        trainer.examiner,
        discriminator: try Discriminator(
          on: bench.model, positions: trainer.examiner.longestSequence(limit: nil),
          rate: Self.discriminatorRate,
          reading: arm == "airl-outputs" ? .outputs : .outputsAndLikelihood,
          seed: seed), form: form(of: arm), seed: seed)
      trainer.learnedAdvantages = { try traces.advantages(of: $0) }
      try traces.prepare(trainer, steps: Self.stepsAhead)
      judge = try AnswerJudge(bench, trainer, traces.discriminator, asked: asked, seed: seed)
    }
    var ranking = judge?.ranking()
    if let area = ranking?.area { unit.note("roc-area", at: 0, area) }
    unit.note("accuracy", at: 0, try trainer.accuracy(at: 1))
    for step in 1...steps {
      try Task.checkCancellation()
      _ = try trainer.step()
      guard step % every == 0 else { continue }
      unit.note("accuracy", at: Double(step), try trainer.accuracy(at: 1))
      ranking = judge?.ranking()
      if let area = ranking?.area { unit.note("roc-area", at: Double(step), area) }
    }
    if let judge, let ranking { try judge.note(ranking, in: &unit, seed: seed) }
    try bench.write(trainer.policy, step: steps)
  }

  private func form(of arm: String) -> AdversarialTraining.Form {
    switch arm {
    case "airl-answer": .answer
    case "airl-textbook": .textbook
    default: .dense
    }
  }
}

import LinearAlgebra
import Training

/// The discriminator's part in a step: it learns to tell the step's answers from references to the same problems, then
/// its logits are the policy's rewards.
///
/// A class, because it counts steps and its discriminator changes in place.
final class AdversarialTraining {
  /// How logits become rewards.
  enum Form {
    /// r_t = f at token t.
    case dense
    /// The reward of the answer is the mean of f over its tokens.
    case answer
    /// r_t = f − log π, as in AIRL's derivation.
    case textbook
  }

  let discriminator: Discriminator
  private let examiner: Examiner
  private let form: Form
  private var generator: SplitMix64
  /// References to other problems than the rollout's, in a step.
  private static let otherReferences = 16
  /// Damaged references for each reference.
  private static let damagedCopies = 2

  init(_ examiner: Examiner, discriminator: Discriminator, form: Form, seed: UInt64) {
    self.discriminator = discriminator
    self.examiner = examiner
    self.form = form
    generator = SplitMix64(seed: seed &+ 0x5EED)
  }

  /// Trains the discriminator alone, on answers of a policy that does not change.
  func prepare(_ trainer: Trainer<Float>, steps: Int) throws {
    for _ in 0..<steps {
      try Task.checkCancellation()
      let problems = try examiner.problems(
        .training, count: trainer.options.prompts, seed: generator.next())
      try teach(
        examiner.rollout(
          trainer.learner, problems: problems, groupSize: trainer.options.group,
          seed: generator.next(), options: trainer.sampling))
    }
  }

  /// Trains the discriminator on a rollout, and gives the rollout's advantages.
  func advantages(of rollout: Rollout) throws -> [[Double]] {
    try teach(rollout)
    let logits = discriminator.logits(rollout.sequences)
    switch form {
    case .answer: return LearnedAdvantages.sparse(logits, groupSize: rollout.groupSize)
    case .dense: return LearnedAdvantages.dense(logits, groupSize: rollout.groupSize)
    case .textbook:
      let rewards = zip(logits, rollout.completions).map { logits, completion in
        zip(logits, completion.logProbabilities).map(-)
      }
      return LearnedAdvantages.dense(rewards, groupSize: rollout.groupSize)
    }
  }

  /// One step of the discriminator: references to the rollout's problems and to others, against the rollout's answers
  /// and damaged references.
  private func teach(_ rollout: Rollout) throws {
    let others = try examiner.problems(
      .training, count: Self.otherReferences, seed: generator.next())
    let traces = (rollout.problems + others).map { problem in
      DamagedReferences.Trace(
        prompt: problem.prompt,
        answer: examiner.task.demonstration(of: problem, using: &generator))
    }
    let damaged = traces.flatMap { trace in
      (0..<Self.damagedCopies).map { _ in
        DamagedReferences.damaged(trace, using: &generator)
      }
    }
    discriminator.learn(
      references: try tokens(traces), others: rollout.sequences + (try tokens(damaged)))
  }

  private func tokens(_ traces: [DamagedReferences.Trace]) throws -> [Discriminator.Answer] {
    try traces.map { trace in
      try examiner.sequence(
        Problem(prompt: trace.prompt, answer: trace.answer), answer: trace.answer)
    }
  }
}

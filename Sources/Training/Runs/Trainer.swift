import Adapters
import Foundation
import LinearAlgebra

/// Trains a policy step by step, by rewards of its own answers or by demonstrations.
///
/// A step depends only on the run's seed, its number, the parameters, and the state of the optimiser and of
/// AdaLoRA's budget. So a resumed run ends like one that was never stopped.
public final class Trainer<Element: KernelScalar> {
  public let policy: Policy<Element>
  package let learner: Learner<Element>
  public let examiner: Examiner
  public let options: RunOptions
  package let optimizer: any Optimizer<Element>
  /// The value function, if the objective needs one.
  package let critic: Critic<Element>?
  /// How many steps were taken.
  public internal(set) var stepCount = 0
  /// What the last step learnt from; nil before the first, and for demonstrations.
  public internal(set) var lastRollout: Rollout?
  /// Gives the advantages of a rollout's tokens in place of rewards and objective: for rewards that are learnt themselves.
  package var learnedAdvantages: ((Rollout) throws -> [[Double]])?
  let gradients: [MatrixView<Element>]
  let trained: [OptimizedParameter<Element>]
  let seeds: Seeds
  /// The weights that stale rollouts are drawn from: those of step 0. Nil if the current policy answers.
  let staleWeights: TensorSet<Element>?

  /// - Parameters:
  ///   - policy: The policy to train, at step 0.
  ///   - examiner: Task and tokenizer.
  ///   - options: All other options.
  ///   - positions: The longest expected prompt with its answer.
  public init(
    _ policy: Policy<Element>, examiner: Examiner, options: RunOptions, positions: Int
  ) {
    self.policy = policy
    self.examiner = examiner
    self.options = options
    learner = Learner(
      policy, positions: positions, lanes: options.lanes, threads: options.threads)
    trained = policy.trained
    optimizer = options.optimizer.optimizer(of: trained)
    gradients = trained.zeros()
    seeds = Seeds(run: options.seed)
    critic = Self.critic(options, width: policy.base.configuration.width)
    staleWeights = options.hasStaleRollouts ? policy.copyOfWeights() : nil
  }

  /// How answers are sampled.
  package var sampling: SamplingOptions {
    SamplingOptions(
      temperature: options.temperature,
      maximumLength: options.maximumLength ?? examiner.task.maximumCompletionLength + 1,
      endToken: Int32(examiner.endToken))
  }

  /// Takes one step.
  /// - Returns: The record of the step.
  /// - Throws: ``TrainingError/notFinite(step:what:)``, ``TaskError``, ``TokenizerError``,
  ///   ``TrainingError/tokenBeyondVocabulary(token:vocabulary:)``; a LAPACK failure of a method
  ///   that decomposes weights in the course of training.
  public func step() throws -> StepRecord {
    let begin = ContinuousClock.now
    var record = StepRecord(step: stepCount + 1)
    switch options.signal {
    case .rewards(let name, let objectiveOptions):
      guard let objective = PolicyObjectiveRegistry.find(name) else {
        preconditionFailure("the objective '\(name)' is not in the registry")
      }
      try reinforce(objective.init(options: objectiveOptions), objectiveOptions, &record)
    case .demonstrations: try imitate(&record)
    }
    stepCount += 1
    record["step_time"] = (ContinuousClock.now - begin) / .seconds(1)
    return record
  }

  /// One optimiser step with the current gradients.
  func update(_ loss: Double, _ record: inout StepRecord) throws {
    let penalty = policy.addPenalty(to: gradients)
    policy.mask(gradients)
    let norm = GradientClipping.clip(gradients, to: options.clipNorm)
    guard loss.isFinite, norm.isFinite else {
      let name = zip(trained, gradients).first { !$1.dot($1).isFinite }?.0.name
      throw TrainingError.notFinite(
        step: stepCount + 1, what: name.map { "the gradient of '\($0)'" } ?? "the loss")
    }
    policy.precondition(gradients)
    let rate = options.learningRate * options.schedule.factor(at: stepCount)
    optimizer.step(gradients: gradients, rate: rate)
    policy.updateBudget(step: optimizer.stepCount, gradients: gradients)
    policy.settle()
    policy.refresh()
    try policy.choose(afterStep: optimizer.stepCount)
    // Checked here, so that no checkpoint is written with such numbers.
    if let what = policy.firstNonFinite {
      throw TrainingError.notFinite(step: stepCount + 1, what: what)
    }
    record["loss"] = loss + penalty
    record["grad_norm"] = norm
    record["learning_rate"] = rate
    if let density = policy.maskDensity { record["gradient_mask_density"] = density }
  }

  /// Sampled and greedy accuracy on held-out problems, which are the same at every step.
  /// - Throws: As ``Examiner/problems(_:count:seed:)`` and ``Examiner/prompt(_:)``.
  public func examine() throws -> Examination {
    let sampled = try heldOutAnswers(at: 1)
    return Examination(
      sampled: sampled.accuracy, greedy: try accuracy(at: 0),
      calibrationGap: sampled.calibrationGap)
  }
}

extension Trainer {
  /// Held-out accuracy, sampled at a temperature, or greedy at 0, on the problems of ``examine()``.
  package func accuracy(at temperature: Double) throws -> Double {
    try heldOutAnswers(at: temperature).accuracy
  }

  /// Answers to the problems of ``examine()``, one for each.
  package func heldOutAnswers(at temperature: Double) throws -> Rollout {
    let problems = try examiner.problems(
      .held, count: options.evaluationProblems, seed: seeds.seed(.problems, step: 0))
    var sampling = sampling
    sampling.temperature = temperature
    return try examiner.rollout(
      learner, problems: problems, groupSize: 1, seed: seeds.seed(.examination, step: 0),
      options: sampling)
  }
}

/// How well a policy answers held-out problems.
public struct Examination: Sendable, Equatable {
  /// The share of right answers, with one answer per problem sampled at temperature 1.
  public let sampled: Double
  /// The same with greedy decoding.
  public let greedy: Double
  /// ``Rollout/calibrationGap`` of the sampled answers.
  public let calibrationGap: Double?
}

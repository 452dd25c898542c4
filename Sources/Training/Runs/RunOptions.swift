/// What a run does, apart from base, adapter and task: the ``TrainingSettings`` in the form that the trainer takes,
/// and some options that no setting chooses.
public struct RunOptions: Sendable, Equatable {
  /// What is learnt from.
  public enum Signal: Sendable, Equatable {
    /// Rewards of the policy's own answers, through an objective.
    case rewards(objective: String, ObjectiveOptions)
    /// Demonstrations, by cross-entropy.
    case demonstrations
  }

  public var signal = Signal.rewards(objective: DAPO.name, ObjectiveOptions())
  public var steps = TrainingSettings.default.steps
  /// Problems per step.
  public var prompts = TrainingSettings.default.prompts
  /// Answers per problem.
  public var group = TrainingSettings.default.group
  public var temperature = TrainingSettings.default.temperature
  /// Whether answers are sampled with the dropout masks of the first pass over them, so that ratios are 1 before
  /// the first update. Otherwise they are sampled without dropout.
  public var samplesWithDropout = false
  /// Whether the probabilities of answers are read again, under dropout masks of their own, as the old ones of ratios;
  /// tokens are then weighted by `SamplingCorrection`.
  public var recomputesRatio = false
  /// The standard deviation of the noise on the log-probabilities that the sampler says it drew with.
  public var rolloutNoise = 0.0
  /// Whether all answers are drawn from the policy of step 0.
  public var hasStaleRollouts = false
  /// The most tokens of an answer, the end token included; nil for the task's own.
  public var maximumLength: Int?
  /// How many times the answers of a step are learnt from, and into how many parts each pass is divided.
  public var updatesPerRollout = TrainingSettings.default.updatesPerRollout
  public var miniBatches = TrainingSettings.default.miniBatches
  /// How many times, at most, problems whose answers all earn the same reward are drawn again.
  public var dynamicSamplingTries = TrainingSettings.default.dynamicSampling
  /// Answers within this many tokens of the limit lose up to 1; 0 for no penalty.
  public var overlongBuffer = TrainingSettings.default.overlongBuffer
  /// The bonus for answers that the policy finds unlikely.
  public var curiosity = Curiosity()
  /// The value function, for an objective that needs one.
  public var critic = CriticOptions()
  public var learningRate = TrainingSettings.default.learningRate
  package var schedule = Schedule.constant(warmup: 0)
  package var optimizer = OptimizerChoice.adamW(.init())
  /// The norm that gradients are clipped to.
  public var clipNorm = TrainingSettings.default.clipNorm
  public var seed = TrainingSettings.default.seed
  /// Checkpoints are written at step 0, at multiples of `saveEvery`, at `saveSteps` and at the end.
  public var saveEvery = TrainingSettings.default.saveEvery
  public var saveSteps = [1, 2, 5, 10]
  /// Evaluation every so many steps; 0 for never.
  public var evaluateEvery = TrainingSettings.default.evaluateEvery
  public var evaluationProblems = TrainingSettings.default.evaluationProblems
  /// Whether the first ten steps and every tenth log how far their updates moved the policy. This is not logged if
  /// answers are sampled with dropout, from merged weights or from the policy of step 0, because then the policy that
  /// answered is another one already.
  public var measuresDivergence = false
  /// Whether the run keeps what each step learnt from.
  public var recordsRollouts = false
  /// The number of parts that a batch is divided into; results depend on it.
  public var lanes = 4
  /// How many threads run in parallel; results do not depend on it.
  public var threads = 1

  package init() {}

  /// Whether advantages come from a value function.
  var needsValues: Bool {
    guard case .rewards(let name, _) = signal else { return false }
    return PolicyObjectiveRegistry.find(name)?.needsValues == true
  }

  /// Whether some bonus is on, and rewards are coded as −1 … 1 for it.
  var isCurious: Bool {
    guard case .rewards(_, let objective) = signal else { return false }
    return curiosity.weight > 0 || objective.criticCuriosity > 0
  }

  /// Whether a checkpoint is written after a step.
  public func saves(at step: Int) -> Bool {
    step == 0 || step == steps || (saveEvery > 0 && step % saveEvery == 0)
      || saveSteps.contains(step)
  }

  /// Whether a step logs how far its updates moved the policy: each of the first ten, then every tenth.
  public func measuresDivergence(at step: Int) -> Bool {
    measuresDivergence && (step <= 10 || step % 10 == 0)
  }

  /// Whether the policy is examined after a step.
  public func evaluates(at step: Int) -> Bool {
    evaluateEvery > 0 && (step == 0 || step == steps || step % evaluateEvery == 0)
  }
}

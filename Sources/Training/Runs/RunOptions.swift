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

  public var signal: Signal
  public var steps: Int
  /// Problems per step.
  public var prompts: Int
  /// Answers per problem.
  public var group: Int
  public var temperature: Double
  /// Whether answers are sampled with the dropout masks of the first pass over them, so that ratios are 1 before
  /// the first update. Otherwise they are sampled without dropout.
  public var samplesWithDropout: Bool
  /// Whether the probabilities of answers are read again, under dropout masks of their own, as the old ones of ratios;
  /// tokens are then weighted by `SamplingCorrection`.
  public var recomputesRatio: Bool
  /// The standard deviation of the noise on the log-probabilities that the sampler says it drew with.
  public var rolloutNoise: Double
  /// Whether all answers are drawn from the policy of step 0.
  public var hasStaleRollouts: Bool
  /// The most tokens of an answer, the end token included; nil for the task's own.
  public var maximumLength: Int?
  /// How many times the answers of a step are learnt from, and into how many parts each pass is divided.
  public var updatesPerRollout: Int
  public var miniBatches: Int
  /// How many times, at most, problems whose answers all earn the same reward are drawn again.
  public var dynamicSamplingTries: Int
  /// Answers within this many tokens of the limit lose up to 1; 0 for no penalty.
  public var overlongBuffer: Int
  /// The bonus for answers that the policy finds unlikely.
  public var curiosity: Curiosity
  /// The value function, for an objective that needs one.
  public var critic: CriticOptions
  public var learningRate: Double
  package var schedule: Schedule
  package var optimizer: OptimizerChoice
  /// The norm that gradients are clipped to.
  public var clipNorm: Double
  public var seed: UInt64
  /// Checkpoints are written at step 0, at multiples of `saveEvery`, at `saveSteps` and at the end.
  public var saveEvery: Int
  public var saveSteps: [Int]
  /// Evaluation every so many steps; 0 for never.
  public var evaluateEvery: Int
  public var evaluationProblems: Int
  /// Whether the first ten steps and every tenth log how far their updates moved the policy. This is not logged if
  /// answers are sampled with dropout, from merged weights or from the policy of step 0, because then the policy that
  /// answered is another one already.
  public var measuresDivergence: Bool
  /// Whether the run keeps what each step learnt from.
  public var recordsRollouts: Bool
  /// The number of parts that a batch is divided into; results depend on it.
  public var lanes: Int
  /// How many threads run in parallel; results do not depend on it.
  public var threads: Int

  package init(
    signal: Signal = .rewards(objective: DAPO.name, ObjectiveOptions()),
    steps: Int = TrainingSettings.default.steps,
    prompts: Int = TrainingSettings.default.prompts, group: Int = TrainingSettings.default.group,
    temperature: Double = TrainingSettings.default.temperature,
    samplesWithDropout: Bool = false, recomputesRatio: Bool = false,
    rolloutNoise: Double = 0, hasStaleRollouts: Bool = false, maximumLength: Int? = nil,
    updatesPerRollout: Int = TrainingSettings.default.updatesPerRollout,
    miniBatches: Int = TrainingSettings.default.miniBatches,
    dynamicSamplingTries: Int = TrainingSettings.default.dynamicSampling,
    overlongBuffer: Int = TrainingSettings.default.overlongBuffer,
    curiosity: Curiosity = Curiosity(), critic: CriticOptions = CriticOptions(),
    learningRate: Double = TrainingSettings.default.learningRate,
    schedule: Schedule = .constant(warmup: 0), optimizer: OptimizerChoice = .adamW(.init()),
    clipNorm: Double = TrainingSettings.default.clipNorm,
    seed: UInt64 = TrainingSettings.default.seed,
    saveEvery: Int = TrainingSettings.default.saveEvery, saveSteps: [Int] = [1, 2, 5, 10],
    evaluateEvery: Int = TrainingSettings.default.evaluateEvery,
    evaluationProblems: Int = TrainingSettings.default.evaluationProblems,
    measuresDivergence: Bool = false, recordsRollouts: Bool = false, lanes: Int = 4,
    threads: Int = 1
  ) {
    self.signal = signal
    self.steps = steps
    self.prompts = prompts
    self.group = group
    self.temperature = temperature
    self.samplesWithDropout = samplesWithDropout
    self.recomputesRatio = recomputesRatio
    self.rolloutNoise = rolloutNoise
    self.hasStaleRollouts = hasStaleRollouts
    self.maximumLength = maximumLength
    self.updatesPerRollout = updatesPerRollout
    self.miniBatches = miniBatches
    self.dynamicSamplingTries = dynamicSamplingTries
    self.overlongBuffer = overlongBuffer
    self.curiosity = curiosity
    self.critic = critic
    self.learningRate = learningRate
    self.schedule = schedule
    self.optimizer = optimizer
    self.clipNorm = clipNorm
    self.seed = seed
    self.saveEvery = saveEvery
    self.saveSteps = saveSteps
    self.evaluateEvery = evaluateEvery
    self.evaluationProblems = evaluationProblems
    self.measuresDivergence = measuresDivergence
    self.recordsRollouts = recordsRollouts
    self.lanes = lanes
    self.threads = threads
  }

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

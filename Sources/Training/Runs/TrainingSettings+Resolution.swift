package import Adapters

extension TrainingSettings {
  /// The settings as they take effect: the defaults of the method, the objective, the task and the optimiser are
  /// filled in. Resolving them again changes nothing.
  ///
  /// A value stays nil if there is none: the start of a method without starts, a clip that the objective or
  /// demonstrations do not have, β₂ without AdamW, the target rank of an AdaLoRA that is not pruned, the stop text if
  /// the model's own end token is used.
  /// - Parameters:
  ///   - choice: The method and start that ``adapter`` and ``start`` name.
  ///   - task: The task that ``task`` and ``taskOption`` describe.
  package func resolved(choice: AdapterChoice, task: any VerifiableTask) -> TrainingSettings {
    var settings = self
    settings.start = choice.start?.key
    let clip = PolicyObjectiveRegistry.find(objective)?.usualClip
    settings.clipLow = clip?.low.map { clipLow ?? $0 }
    settings.clipHigh = clip.map { clipHigh ?? $0.high }
    settings.maxLength = maxLength ?? task.maximumCompletionLength + 1
    settings.beta2 = optimizer == .adamw ? beta2 ?? Self.usualBeta2 : nil
    settings.weightDecay = weightDecay ?? Self.usualWeightDecay
    settings.schedule = schedule ?? Self.usualSchedule
    settings.warmup = warmup ?? Self.usualWarmup
    return settings
  }

  // What is taken where nothing was given.
  package static let usualBeta2 = 0.999
  package static let usualWeightDecay = 0.0
  package static let usualSchedule = ScheduleName.constant
  package static let usualWarmup = 5

  /// The task with its options.
  /// - Throws: ``TaskError``, ``SettingsError/malformedTaskOption(_:)``.
  package func makeTask() throws -> any VerifiableTask {
    var options = TaskOptions()
    for (name, value) in try taskOptions() { try options.set(name, to: value) }
    return try TaskRegistry.task(named: task, options: options)
  }

  /// The options of the adapter.
  /// - Throws: `AdapterError` for a budget that leaves no step.
  func makeAdapterOptions() throws(AdapterError) -> AdapterOptions {
    var options = AdapterOptions(
      rank: rank, alpha: alpha, dropout: dropout, outputRateFactor: outputRateFactor,
      vectorSize: vectorSize, weightTying: weightTying,
      directionCount: directions, preLaunchSteps: preLaunch)
    if let targetRank {
      // The budget counts optimiser steps. The first tenth gathers importance without pruning; the last fifth trains
      // the triplets that are left.
      let total = steps * updatesPerRollout * min(miniBatches, prompts)
      options.budget = try AdaLoRASchedule(
        targetRank: targetRank, initialSteps: total / 10, finalSteps: total / 5, interval: 1,
        totalSteps: total)
    }
    return options
  }
}

extension RunOptions {
  /// The options of a run with these settings.
  /// - Parameter threads: How many threads run in parallel.
  init(_ settings: TrainingSettings, threads: Int) {
    self.init()
    signal =
      settings.objective == TrainingSettings.demonstrations
      ? .demonstrations
      : .rewards(objective: settings.objective, ObjectiveOptions(settings))
    steps = settings.steps
    prompts = settings.prompts
    group = settings.group
    temperature = settings.temperature
    samplesWithDropout = settings.sampleWithDropout
    recomputesRatio = settings.recomputedRatio
    rolloutNoise = settings.rolloutNoise
    hasStaleRollouts = settings.staleRollouts
    maximumLength = settings.maxLength
    updatesPerRollout = settings.updatesPerRollout
    miniBatches = settings.miniBatches
    dynamicSamplingTries = settings.dynamicSampling
    overlongBuffer = settings.overlongBuffer
    curiosity = Curiosity(weight: settings.curiosity, schedule: settings.curiositySchedule)
    critic = CriticOptions(
      heads: settings.valueHeads, learningRate: settings.valueRate, clip: settings.valueClip)
    learningRate = settings.learningRate
    schedule = Schedule(settings)
    optimizer = OptimizerChoice(settings)
    clipNorm = settings.clipNorm
    seed = settings.seed
    saveEvery = settings.saveEvery
    evaluateEvery = settings.evaluateEvery
    evaluationProblems = settings.evaluationProblems
    recordsRollouts = settings.recordRollouts
    self.threads = threads
  }
}

extension ObjectiveOptions {
  init(_ settings: TrainingSettings) {
    self.init(
      clipLow: settings.clipLow, clipHigh: settings.clipHigh, divergenceCoefficient: settings.kl,
      entropyCoefficient: settings.entropyBonus, forcesUnitRatio: settings.unitRatio,
      discount: settings.discount, traceDecay: settings.gaeLambda,
      criticCuriosity: settings.criticCuriosity)
  }
}

extension Schedule {
  init(_ settings: TrainingSettings) {
    let warmup = settings.warmup ?? TrainingSettings.usualWarmup
    self =
      switch settings.schedule ?? TrainingSettings.usualSchedule {
      case .constant: .constant(warmup: warmup)
      case .linear: .linear(warmup: warmup, steps: settings.steps)
      case .cosine: .cosine(warmup: warmup, steps: settings.steps, floor: 0.03)
      }
  }
}

extension OptimizerChoice {
  init(_ settings: TrainingSettings) {
    let beta1 = settings.beta1
    let decay = settings.weightDecay ?? TrainingSettings.usualWeightDecay
    self =
      switch settings.optimizer {
      case .adamw:
        .adamW(
          AdamWOptions(
            beta1: beta1, beta2: settings.beta2 ?? TrainingSettings.usualBeta2, decay: decay))
      case .sgd: .sgd(momentum: beta1, decay: decay)
      case .muon: .muon(momentum: beta1, decay: decay)
      case .gasd: .gasd(momentum: beta1, decay: decay)
      }
  }
}

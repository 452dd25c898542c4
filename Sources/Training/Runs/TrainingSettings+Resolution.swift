public import Adapters

extension TrainingSettings {
  /// The settings as they take effect: what was left to the method, the objective, the task or the optimiser stands there
  /// as it is. Resolving them again changes nothing.
  ///
  /// Nil stays what has no value: a start of a method without one, a clip that the objective or demonstrations do not
  /// have, β₂ of another optimiser than AdamW, the rank that an unpruned AdaLoRA aims at, the model's own end token.
  /// - Parameters:
  ///   - choice: What ``adapter`` and ``start`` stand for.
  ///   - task: What ``task`` and ``taskOption`` stand for.
  public func resolved(choice: AdapterChoice, task: any VerifiableTask) -> TrainingSettings {
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

  fileprivate static let usualBeta2 = 0.999
  fileprivate static let usualWeightDecay = 0.0
  fileprivate static let usualSchedule = ScheduleName.constant
  fileprivate static let usualWarmup = 5

  /// The task with its settings.
  /// - Throws: ``TaskError``, ``SettingsError/malformedTaskOption(_:)``.
  public func makeTask() throws -> any VerifiableTask {
    var options = TaskOptions()
    for (name, value) in try taskOptions() { try options.set(name, to: value) }
    return try TaskRegistry.task(named: task, options: options)
  }

  /// What a user chooses about the adapter.
  /// - Throws: `AdapterError` for a budget that leaves no step.
  func makeAdapterOptions() throws(AdapterError) -> AdapterOptions {
    var options = AdapterOptions(
      rank: rank, alpha: alpha, dropout: dropout, outputRateFactor: outputRateFactor)
    if let targetRank {
      // The budget counts steps of the optimiser. Importance is gathered over the first tenth, and the last fifth
      // trains what is left.
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
  /// - Parameter threads: How many processors work at once.
  init(_ settings: TrainingSettings, threads: Int) {
    self.init(
      signal: settings.objective == TrainingSettings.demonstrations
        ? .demonstrations
        : .rewards(objective: settings.objective, ObjectiveOptions(settings)),
      steps: settings.steps, prompts: settings.prompts, group: settings.group,
      temperature: settings.temperature, samplesWithDropout: settings.sampleWithDropout,
      maximumLength: settings.maxLength, updatesPerRollout: settings.updatesPerRollout,
      miniBatches: settings.miniBatches, dynamicSamplingTries: settings.dynamicSampling,
      overlongBuffer: settings.overlongBuffer, learningRate: settings.learningRate,
      schedule: Schedule(settings), optimizer: OptimizerChoice(settings),
      clipNorm: settings.clipNorm, seed: settings.seed, saveEvery: settings.saveEvery,
      evaluateEvery: settings.evaluateEvery, evaluationProblems: settings.evaluationProblems,
      recordsRollouts: settings.recordRollouts, threads: threads)
  }
}

extension ObjectiveOptions {
  init(_ settings: TrainingSettings) {
    self.init(
      clipLow: settings.clipLow, clipHigh: settings.clipHigh, divergenceCoefficient: settings.kl,
      entropyCoefficient: settings.entropyBonus, forcesUnitRatio: settings.unitRatio)
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
      }
  }
}

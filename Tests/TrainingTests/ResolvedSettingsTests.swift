import Adapters
import Testing
import Training

@Suite("Resolved settings") struct ResolvedSettingsTests {
  /// A run on the tiny base.
  private static func tiny(_ change: (inout TrainingSettings) -> Void = { _ in })
    -> TrainingSettings
  {
    TrainingSettingsTests.settings {
      $0.rank = 2
      $0.task = SortTask.name
      $0.taskOption = ["digits=2"]
      change(&$0)
    }
  }

  private static func trainer(_ specification: RunSpecification) throws -> Trainer<Float> {
    try specification.trainer(on: TinyRuns.base(), tokenizer: TinyRuns.examiner().tokenizer)
  }

  static let kinds: [TrainingSettings] = [
    tiny(),
    tiny {
      $0.adapter = "pissa"
      $0.objective = CISPO.name
      $0.clipLow = 0.5
      $0.schedule = .linear
    },
    tiny {
      $0.adapter = "adalora"
      $0.targetRank = 1
      $0.objective = GSPO.name
      $0.optimizer = .sgd
      $0.beta2 = 0.9
    },
    tiny {
      $0.adapter = "full"
      $0.objective = TrainingSettings.demonstrations
      $0.clipHigh = 0.3
      $0.optimizer = .muon
      $0.schedule = .cosine
      $0.warmup = 1
    },
    tiny {
      $0.adapter = "full"
      $0.optimizer = .gasd
      $0.beta1 = 0.8
    },
    tiny {
      $0.adapter = "vera"
      $0.maxLength = 4
      $0.weightDecay = 0.1
      $0.clipHigh = 0.4
    },
  ]

  @Test(arguments: kinds)
  func `what run.json holds is what the trainer uses`(settings: TrainingSettings) throws {
    let specification = try RunSpecification(settings)
    let trainer = try Self.trainer(specification)
    let (resolved, options) = (specification.settings, trainer.options)
    let warmup = try #require(resolved.warmup)
    switch try #require(resolved.schedule) {
    case .constant: #expect(options.schedule == .constant(warmup: warmup))
    case .linear: #expect(options.schedule == .linear(warmup: warmup, steps: resolved.steps))
    case .cosine:
      #expect(options.schedule == .cosine(warmup: warmup, steps: resolved.steps, floor: 0.03))
    }
    let decay = try #require(resolved.weightDecay)
    switch options.optimizer {
    case .adamW(let used):
      #expect(
        resolved.optimizer == .adamw && used.beta1 == resolved.beta1
          && used.beta2 == resolved.beta2 && used.decay == decay)
    case .sgd(let momentum, let used):
      #expect(resolved.optimizer == .sgd && resolved.beta2 == nil)
      #expect(momentum == resolved.beta1 && used == decay)
    case .muon(let momentum, let used):
      #expect(resolved.optimizer == .muon && resolved.beta2 == nil)
      #expect(momentum == resolved.beta1 && used == decay)
    case .gasd(let momentum, let used):
      #expect(resolved.optimizer == .gasd && resolved.beta2 == nil)
      #expect(momentum == resolved.beta1 && used == decay)
    }
    switch options.signal {
    case .rewards(let name, let used):
      let clip = try #require(PolicyObjectiveRegistry.find(name)).usualClip
      #expect(name == resolved.objective)
      #expect(used.clipLow == resolved.clipLow && used.clipHigh == resolved.clipHigh)
      #expect(resolved.clipHigh == settings.clipHigh ?? clip.high)
      #expect((resolved.clipLow == nil) == (clip.low == nil))
      #expect(used.divergenceCoefficient == resolved.kl)
    case .demonstrations:
      #expect(resolved.objective == TrainingSettings.demonstrations)
      #expect(resolved.clipLow == nil && resolved.clipHigh == nil)
    }
    #expect(trainer.sampling.maximumLength == resolved.maxLength)
    #expect(trainer.sampling.temperature == resolved.temperature)
    #expect(trainer.policy.choice.start?.key == resolved.start)
    #expect(trainer.policy.budget?.schedule.targetRank == resolved.targetRank)
    #expect(trainer.policy.options.rank == resolved.rank)
    #expect(options.clipNorm == resolved.clipNorm && options.learningRate == resolved.learningRate)
  }

  @Test(arguments: kinds)
  func `settings that took effect give the same run`(settings: TrainingSettings) throws {
    let first = try RunSpecification(settings)
    let second = try RunSpecification(first.settings)
    #expect(second.settings == first.settings)
    #expect(second.options == first.options && second.adapter == first.adapter)
    let trainers = try (Self.trainer(first), Self.trainer(second))
    _ = (try trainers.0.step(), try trainers.1.step())
    #expect(trainers.0.policy.trainedValues == trainers.1.policy.trainedValues)
  }

  @Test func `the usual clip of an objective is the one it takes without a choice`() {
    let batch = ObjectiveBatch(
      logProbabilities: [[1.9, -1, 0.1]], oldLogProbabilities: [[0, 0, 0]],
      entropies: [[1, 1, 1]], advantages: [[1, -1, 1]], maximumLength: 4)
    for objective in PolicyObjectiveRegistry.all {
      let chosen = ObjectiveOptions(
        clipLow: objective.usualClip.low, clipHigh: objective.usualClip.high)
      let usual = objective.init(options: ObjectiveOptions()).evaluate(batch)
      #expect(objective.init(options: chosen).evaluate(batch) == usual, "\(objective.name)")
      let other = ObjectiveOptions(clipLow: 0.9, clipHigh: 20)
      #expect(objective.init(options: other).evaluate(batch) != usual, "\(objective.name)")
    }
  }

  @Test(arguments: [("lora", 4.0), ("rslora", 8.0), ("dora", 4.0), ("vera", 4.0)])
  func `the scale is the method's`(method: String, scale: Double) throws {
    let specification = try RunSpecification(
      Self.tiny {
        $0.adapter = method
        $0.rank = 4
        $0.alpha = 16
      })
    #expect(specification.scale == scale)
  }
}

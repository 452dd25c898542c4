import Adapters
import Documents
import Foundation
import Testing
import Training

@Suite("Training settings") struct TrainingSettingsTests {
  /// Settings that differ from the defaults in every value.
  static let unusual = settings {
    $0.adapter = "adalora"
    $0.start = "gaussian"
    $0.rank = 4
    $0.alpha = 3.5
    $0.dropout = 0.25
    $0.sampleWithDropout = true
    $0.targets = ["q_proj", "v_proj"]
    $0.outputRateFactor = 2
    $0.vectorSize = 13
    $0.weightTying = 0.5
    $0.directions = 3
    $0.preLaunch = 9
    $0.targetRank = 2
    $0.objective = GRPO.name
    $0.clipLow = 0.1
    $0.clipHigh = 0.3
    $0.kl = 1e-5
    $0.entropyBonus = 0.001
    $0.unitRatio = true
    $0.curiosity = 1
    $0.curiositySchedule = .cosine
    $0.criticCuriosity = 0.5
    $0.valueHeads = 4
    $0.valueRate = 0.02
    $0.valueClip = 0.5
    $0.discount = 0.99
    $0.gaeLambda = 0.95
    $0.task = SortTask.name
    $0.taskOption = ["digits=2", "noise=0.5"]
    $0.steps = 20
    $0.prompts = 6
    $0.group = 4
    $0.temperature = 0.75
    $0.maxLength = 5
    $0.stop = "\\n"
    $0.updatesPerRollout = 2
    $0.miniBatches = 3
    $0.dynamicSampling = 1
    $0.overlongBuffer = 2
    $0.learningRate = 3e-4
    $0.optimizer = .muon
    $0.beta1 = 0.8
    $0.beta2 = 0.95
    $0.weightDecay = 0.01
    $0.clipNorm = 0.5
    $0.schedule = .cosine
    $0.warmup = 2
    $0.recomputedRatio = true
    $0.rolloutNoise = 0.25
    $0.mergeCycle = .bfloat16
    $0.storage = .baseBFloat16
    $0.staleRollouts = true
    $0.gradientMask = .smallOrComplement
    $0.seed = UInt64(Int.max)
    $0.saveEvery = 3
    $0.evaluateEvery = 7
    $0.evaluationProblems = 16
    $0.recordRollouts = true
  }

  static func settings(_ change: (inout TrainingSettings) -> Void) -> TrainingSettings {
    var settings = TrainingSettings.default
    change(&settings)
    return settings
  }

  private static func values(_ settings: TrainingSettings) -> [(name: String, value: String)] {
    Mirror(reflecting: settings).children.map { ($0.label ?? "", "\($0.value)") }
  }

  @Test func `every value has a name of its own, and the names are those of the encoding`() throws {
    let labels = Self.values(.default).map { label in
      label.name.reduce(into: "") { name, letter in
        name += letter.isUppercase ? "-" + letter.lowercased() : String(letter)
      }
    }
    #expect(labels.sorted() == TrainingSettings.names.sorted())
    let encoded = try JSONValue(parsing: Array(JSONEncoder().encode(Self.unusual)))
    #expect(encoded.members.map(\.key).sorted() == TrainingSettings.names.sorted())
    let json = try TrainingSettings.default.json()
    #expect(json.members.map(\.key) == TrainingSettings.names.sorted())
  }

  @Test func `settings return from their encoding`() throws {
    // Otherwise a value could be compared only with its default.
    for (standard, unusual) in zip(Self.values(.default), Self.values(Self.unusual)) {
      #expect(standard.value != unusual.value, "\(standard.name)")
    }
    for settings in [.default, Self.unusual] {
      let data = try JSONEncoder().encode(settings)
      #expect(try JSONDecoder().decode(TrainingSettings.self, from: data) == settings)
      let text = Data(try settings.json().page.utf8)
      #expect(try JSONDecoder().decode(TrainingSettings.self, from: text) == settings)
    }
  }

  private static let wrong: [(SettingsError, TrainingSettings)] = [
    (.tooSmall(option: "rank", least: 1), settings { $0.rank = 0 }),
    (.tooSmall(option: "target-rank", least: 1), settings { $0.targetRank = 0 }),
    (.tooSmall(option: "mini-batches", least: 1), settings { $0.miniBatches = -1 }),
    (.tooLarge(option: "seed", most: .max), settings { $0.seed = .max }),
    (.negative(option: "warmup"), settings { $0.warmup = -1 }),
    (.negative(option: "weight-decay"), settings { $0.weightDecay = -0.1 }),
    (.negative(option: "rollout-noise"), settings { $0.rolloutNoise = -0.1 }),
    (.noFraction(option: "weight-tying"), settings { $0.weightTying = 1.5 }),
    (.tooSmall(option: "vector-size", least: 1), settings { $0.vectorSize = 0 }),
    (.tooSmall(option: "pre-launch", least: 1), settings { $0.preLaunch = 0 }),
    (
      .contradiction(option: "rollout-noise", other: "unit-ratio"),
      settings {
        $0.rolloutNoise = 0.1
        $0.unitRatio = true
      }
    ),
    (.noShare(options: ["dropout"]), settings { $0.dropout = 1 }),
    (.noShare(options: ["beta1", "beta2"]), settings { $0.beta2 = 1 }),
    (
      .notPositive(options: ["learning-rate", "temperature", "alpha"]),
      settings { $0.temperature = .infinity }
    ),
    (.notPositive(options: ["clip-norm"]), settings { $0.clipNorm = 0 }),
    (.notFinite(option: "clip-norm"), settings { $0.clipNorm = .infinity }),
    (.notFinite(option: "kl"), settings { $0.kl = .nan }),
    (.negative(option: "kl"), settings { $0.kl = -1 }),
    (.negative(option: "entropy-bonus"), settings { $0.entropyBonus = -0.1 }),
    (.negative(option: "clip-high"), settings { $0.clipHigh = -0.2 }),
    (.noFraction(option: "clip-low"), settings { $0.clipLow = -0.2 }),
    (.noFraction(option: "clip-low"), settings { $0.clipLow = 1.5 }),
    (.notPositive(options: ["output-rate-factor"]), settings { $0.outputRateFactor = 0 }),
    (.notFinite(option: "weight-decay"), settings { $0.weightDecay = .nan }),
    (.noDropoutToSampleWith, settings { $0.sampleWithDropout = true }),
    (
      .contradiction(option: "recomputed-ratio", other: "unit-ratio"),
      settings {
        $0.recomputedRatio = true
        $0.unitRatio = true
      }
    ),
    (
      .contradiction(option: "stale-rollouts", other: "merge-cycle"),
      settings {
        $0.staleRollouts = true
        $0.mergeCycle = .float32
      }
    ),
    (
      .needsRewards(option: "merge-cycle"),
      settings {
        $0.mergeCycle = .bfloat16
        $0.objective = TrainingSettings.demonstrations
      }
    ),
    (
      .needsRewards(option: "curiosity"),
      settings {
        $0.curiosity = 1
        $0.objective = TrainingSettings.demonstrations
      }
    ),
    (
      .needsValues(option: "value-heads", objectives: ["ppo"]),
      settings {
        $0.valueHeads = 4
        $0.objective = GRPO.name
      }
    ),
    (
      .needsValueHeads(option: "critic-curiosity"),
      settings {
        $0.criticCuriosity = 1
        $0.objective = PPO.name
      }
    ),
    (.negative(option: "curiosity"), settings { $0.curiosity = -1 }),
    (.outsideUnit(options: ["discount", "gae-lambda"]), settings { $0.gaeLambda = 1.5 }),
    (.notPositive(options: ["value-rate", "value-clip"]), settings { $0.valueRate = 0 }),
    (.tooSmall(option: "value-heads", least: 1), settings { $0.valueHeads = 0 }),
    (
      .unknownObjective(
        "a2c", known: PolicyObjectiveRegistry.all.map { $0.name } + ["sft"]),
      settings { $0.objective = "a2c" }
    ),
    (.malformedTaskOption("digits"), settings { $0.taskOption = ["noise=0", "digits"] }),
  ]

  @Test(arguments: wrong.indices)
  func `a value out of its range is told by its option`(index: Int) {
    let (error, settings) = Self.wrong[index]
    #expect(throws: error) { try settings.check() }
    #expect(throws: error) { try RunSpecification(settings) }
  }

  @Test func `faults of settings name options as they are typed`() {
    #expect("\(SettingsError.tooSmall(option: "rank", least: 1))" == "--rank must be at least 1")
    #expect(
      "\(SettingsError.notPositive(options: ["learning-rate", "temperature", "alpha"]))"
        == "--learning-rate, --temperature and --alpha must be positive")
    #expect(
      "\(SettingsError.malformedTaskOption("digits"))"
        == "--task-option 'digits' is not of the form name=value")
    #expect("\(SettingsError.notFinite(option: "kl"))" == "--kl must be a finite number")
    #expect(
      "\(SettingsError.noShare(options: ["beta1", "beta2"]))"
        == "--beta1 and --beta2 must lie in [0, 1)")
  }
}

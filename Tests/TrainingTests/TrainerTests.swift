import Adapters
import LinearAlgebra
import Testing
import Training

@Suite("Trainer") struct TrainerTests {
  /// The parameters after some steps.
  static func parameters(
    _ key: String, dropout: Double = 0, steps: Int = 5,
    _ change: (inout RunOptions) -> Void = { _ in }
  ) throws -> [Float] {
    var options = TinyRuns.options(steps: steps)
    change(&options)
    let trainer = try TinyRuns.trainer(
      key, AdapterOptions(rank: 2, alpha: 4, dropout: dropout), options)
    for _ in 0..<steps { _ = try trainer.step() }
    return trainer.policy.trainedValues
  }

  @Test(arguments: ["lora", "pissa", "full"])
  func `the same seed gives the same parameters, on one thread and on two`(key: String) throws {
    let one = try Self.parameters(key)
    #expect(one.allSatisfy { $0.isFinite })
    #expect(try Self.parameters(key) == one)
    #expect(try Self.parameters(key) { $0.threads = 2 } == one)
  }

  @Test func `with dropout, the same seed gives the same parameters on any threads`() throws {
    let one = try Self.parameters("lora", dropout: 0.3)
    #expect(try Self.parameters("lora", dropout: 0.3) { $0.threads = 2 } == one)
    #expect(try Self.parameters("lora") != one)
  }

  @Test func `another seed gives other parameters`() throws {
    #expect(
      try Self.parameters("full", steps: 1) != Self.parameters("full", steps: 1) { $0.seed = 4 })
  }

  @Test(arguments: ["lora", "dora", "miss", "full"])
  func `demonstrations lower the loss`(key: String) throws {
    var options = TinyRuns.options(signal: .demonstrations)
    options.prompts = 16
    let trainer = try TinyRuns.trainer(key, AdapterOptions(rank: 4, alpha: 8), options)
    var losses = [Double]()
    for _ in 0..<40 { losses.append(try #require(trainer.step()["loss"])) }
    let (first, last) = (losses.prefix(5).reduce(0, +) / 5, losses.suffix(5).reduce(0, +) / 5)
    #expect(last < 0.9 * first, "\(first) → \(last)")
  }

  @Test(arguments: ["lora", "pissa", "full"])
  func `rewards raise the mean reward`(key: String) throws {
    var options = TinyRuns.options(steps: 30)
    options.prompts = 16
    options.group = 8
    let trainer = try TinyRuns.trainer(key, AdapterOptions(rank: 4, alpha: 8), options)
    var rewards = [Double]()
    for _ in 0..<30 { rewards.append(try #require(trainer.step()["reward"])) }
    let (first, last) = (rewards.prefix(4).reduce(0, +) / 4, rewards.suffix(4).reduce(0, +) / 4)
    #expect(last > first + 0.15, "\(first) → \(last)")
  }

  @Test(arguments: [
    OptimizerChoice.muon(momentum: 0.9, decay: 0), .gasd(momentum: 0.9, decay: 0),
    .sgd(momentum: 0.9, decay: 0),
  ])
  func `other optimisers learn from demonstrations`(optimizer: OptimizerChoice) throws {
    var options = TinyRuns.options(signal: .demonstrations)
    options.prompts = 16
    options.optimizer = optimizer
    options.learningRate = 2e-2
    let trainer = try TinyRuns.trainer("full", AdapterOptions(), options)
    var losses = [Double]()
    for _ in 0..<40 { losses.append(try #require(trainer.step()["loss"])) }
    let (first, last) = (losses.prefix(5).reduce(0, +) / 5, losses.suffix(5).reduce(0, +) / 5)
    #expect(last < first, "\(first) → \(last)")
  }

  @Test func `a step that is not finite is named`() throws {
    var options = TinyRuns.options(signal: .demonstrations)
    options.learningRate = 1e30
    let trainer = try TinyRuns.trainer("lora", AdapterOptions(rank: 2, alpha: 4), options)
    var failure: TrainingError?
    do {
      for _ in 0..<5 { _ = try trainer.step() }
    } catch let error as TrainingError {
      failure = error
    }
    guard case .notFinite(let step, let what)? = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(step == trainer.stepCount + 1)
    #expect(!what.isEmpty)
  }

  @Test func `mini-batches and several updates are so many steps of the optimiser`() throws {
    var options = TinyRuns.options()
    options.miniBatches = 2
    options.updatesPerRollout = 3
    let trainer = try TinyRuns.trainer("lora", AdapterOptions(rank: 2, alpha: 4), options)
    for _ in 0..<2 { _ = try trainer.step() }
    #expect(trainer.stepCount == 2)
    #expect(trainer.optimizer.stepCount == 12)
    #expect(trainer.policy.trainedValues.allSatisfy { $0.isFinite })
  }

  @Test func `more mini-batches than problems are as many as problems`() throws {
    var options = TinyRuns.options()
    options.miniBatches = 10
    let trainer = try TinyRuns.trainer("lora", AdapterOptions(rank: 2, alpha: 4), options)
    _ = try trainer.step()
    #expect(trainer.optimizer.stepCount == options.prompts)
  }

  @Test func `repeated updates move ratios until some are clipped`() throws {
    var options = TinyRuns.options()
    options.updatesPerRollout = 8
    options.learningRate = 5e-2
    let trainer = try TinyRuns.trainer("full", AdapterOptions(), options)
    let record = try trainer.step()
    let low = try #require(record["clip_ratio/low_mean"])
    let high = try #require(record["clip_ratio/high_mean"])
    #expect(low + high > 0)
  }

  @Test func `one update of a fresh rollout clips nothing`() throws {
    let record = try TinyRuns.trainer("full").step()
    #expect(record["clip_ratio/low_mean"] == 0 && record["clip_ratio/high_mean"] == 0)
  }

  @Test func `dynamic sampling keeps only groups that teach something`() throws {
    var options = TinyRuns.options()
    let plain = try TinyRuns.trainer("lora", .init(rank: 2), options).step()
    #expect(try #require(plain["frac_reward_zero_std"]) > 0)
    #expect(plain["sampling_tries"] == nil)
    options.dynamicSamplingTries = 20
    let dynamic = try TinyRuns.trainer("lora", .init(rank: 2), options).step()
    #expect(dynamic["frac_reward_zero_std"] == 0)
    #expect(try #require(dynamic["sampling_tries"]) > 1)
  }

  @Test func `where nothing teaches, the last try fills the batch`() throws {
    var options = TinyRuns.options()
    // With one answer per group, no reward differs from another.
    options.group = 1
    options.dynamicSamplingTries = 2
    let trainer = try TinyRuns.trainer("lora", .init(rank: 2), options)
    let record = try trainer.step()
    #expect(record["sampling_tries"] == 3)
    #expect(record["frac_reward_zero_std"] == 1)
    #expect(record["grad_norm"] == 0)
  }

  /// All answers are within the buffer, and in each group the longer ones lose more. At temperature 2 lengths differ.
  @Test func `answers near the limit lose reward, but the log keeps what they earned`() throws {
    var options = TinyRuns.options()
    options.maximumLength = 5
    options.temperature = 2
    let plain = try TinyRuns.trainer("lora", .init(rank: 2), options)
    let without = try plain.step()
    options.overlongBuffer = 5
    let penalized = try TinyRuns.trainer("lora", .init(rank: 2), options)
    let with = try penalized.step()
    #expect(with["reward"] == without["reward"])
    #expect(with["grad_norm"] != without["grad_norm"])
    #expect(plain.policy.trainedValues != penalized.policy.trainedValues)
  }

  @Test func `the divergence from the base is zero at first and positive after training`() throws {
    let options = TinyRuns.options(
      signal: .rewards(objective: GRPO.name, ObjectiveOptions(divergenceCoefficient: 0.01)))
    let trainer = try TinyRuns.trainer("lora", .init(rank: 2), options)
    var divergences = [Double]()
    for _ in 0..<6 { divergences.append(try #require(trainer.step()["kl"])) }
    #expect(abs(divergences[0]) < 1e-6)
    #expect(divergences[5] > 1e-5)
  }

  @Test(arguments: PolicyObjectiveRegistry.all.map { $0.name })
  func `every objective takes finite steps`(name: String) throws {
    let options = TinyRuns.options(
      signal: .rewards(
        objective: name,
        ObjectiveOptions(divergenceCoefficient: 0.01, entropyCoefficient: 0.01)))
    let trainer = try TinyRuns.trainer("lora", .init(rank: 2), options)
    let before = trainer.policy.trainedValues
    for _ in 0..<2 {
      #expect(try trainer.step().values.allSatisfy { $0.value.isFinite })
    }
    #expect(trainer.policy.trainedValues != before)
  }

  @Test func `a held-out examination repeats and changes nothing`() throws {
    let trainer = try TinyRuns.trainer()
    let before = trainer.policy.trainedValues
    let first = try trainer.examine()
    #expect(try trainer.examine() == first)
    #expect((0...1).contains(first.sampled) && (0...1).contains(first.greedy))
    #expect(trainer.policy.trainedValues == before)
  }

  @Test func `AdaLoRA's budget leaves so many triplets and adds its penalty`() throws {
    let schedule = try AdaLoRASchedule(targetRank: 1, totalSteps: 5)
    let trainer = try TinyRuns.trainer(
      "adalora", AdapterOptions(rank: 3, alpha: 4, budget: schedule), TinyRuns.options(steps: 5))
    for _ in 0..<5 { _ = try trainer.step() }
    let budget = try #require(trainer.policy.budget)
    #expect(budget.isFinal)
    let kept = try #require(budget.kept).joined().count { $0 }
    #expect(kept <= budget.modules.count && kept > 0)
    let alive = trainer.policy.trained.filter { $0.name.hasSuffix("lora_E") }
      .flatMap(\.values.values).count { $0 != 0 }
    #expect(alive <= kept)
  }

  @Test func `warm-up and decay of the learning rate are logged`() throws {
    var options = TinyRuns.options()
    options.schedule = .linear(warmup: 2, steps: 4)
    let trainer = try TinyRuns.trainer("lora", .init(rank: 2), options)
    let rates = try (0..<4).map { _ in try #require(trainer.step()["learning_rate"]) }
    #expect(rates == [0, 5e-3, 1e-2, 5e-3])
  }
}

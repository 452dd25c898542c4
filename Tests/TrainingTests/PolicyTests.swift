import Adapters
import LinearAlgebra
import Testing
import Training

@Suite("Policy") struct PolicyTests {
  static func differences<Element>(_ policy: Policy<Element>) throws -> Double {
    let learner = Learner(policy, positions: TinyRuns.positions, lanes: 2, threads: 1)
    let sequences = try TinyRuns.sequences(9)
    let own = learner.read(sequences).flatMap(\.logProbabilities)
    let base = learner.readReference(sequences).flatMap(\.logProbabilities)
    #expect(own.count == base.count && !own.isEmpty)
    return zip(own, base).map { abs($0 - $1) }.max() ?? .infinity
  }

  /// Single precision, a dozen roundings deep.
  @Test(arguments: AdapterChoice.keys)
  func `a new policy is the base, in single precision`(key: String) throws {
    #expect(try Self.differences(TinyRuns.policy(key)) < 1e-5)
  }

  @Test(arguments: AdapterChoice.keys)
  func `a new policy is the base, in double precision`(key: String) throws {
    let policy = try TinyRuns.policy(key, on: TinyRuns.base(Double.self))
    #expect(try Self.differences(policy) < 1e-10)
  }

  @Test(arguments: AdapterChoice.keys)
  func `as many numbers train as the trained shapes hold`(key: String) throws {
    let policy = try TinyRuns.policy(key)
    let layout = policy.base.layout
    let modules = layout.slots.filter { slot in
      switch policy.choice.method.targets {
      case .linear: slot.kind == .linear && slot.name.hasPrefix("model.layers.")
      case .norms: slot.kind == .norm
      case .all: true
      }
    }.map { slot in
      AdaptedModule(
        name: slot.module, shape: MatrixShape(rows: slot.rows, columns: slot.columns),
        hasBias: false, isFeedForwardOutput: slot.module.hasSuffix("down_proj"))
    }
    let expected = try policy.choice.adapters(for: modules, options: policy.options).adapters
      .flatMap(\.parameters).filter(\.isTrained).reduce(0) { $0 + $1.rows * $1.columns }
    #expect(policy.trainedCount == expected)
    #expect(policy.trained.allSatisfy { $0.values.count > 0 })
    #expect(Set(policy.trained.map(\.name)).count == policy.trained.count)
  }

  @Test func `full fine-tuning trains every number of the base`() throws {
    let policy = try TinyRuns.policy("full")
    #expect(policy.trainedCount == policy.base.layout.parameterCount)
  }

  @Test func `LoRA trains rank times the sides of every linear layer`() throws {
    let policy = try TinyRuns.policy("lora")
    let sides = policy.base.layout.slots
      .filter { $0.kind == .linear && $0.name.hasPrefix("model.layers.") }
      .reduce(0) { $0 + $1.rows + $1.columns }
    #expect(policy.trainedCount == 2 * sides)
  }

  /// The sampler reads token by token with a cache, the learner whole sequences: the same sums in
  /// another order.
  @Test(arguments: AdapterChoice.keys)
  func `after training, the learner sees the probabilities that the sampler drew with`(
    key: String
  ) throws {
    let trainer = try TinyRuns.trainer(key)
    for _ in 0..<2 { _ = try trainer.step() }
    let problems = try trainer.examiner.problems(.training, count: 8, seed: 5)
    let rollout = try trainer.examiner.rollout(
      trainer.learner, problems: problems, groupSize: 2, seed: 6, options: trainer.sampling)
    let read = trainer.learner.read(rollout.sequences)
    #expect(read.count == rollout.completions.count)
    for (reading, completion) in zip(read, rollout.completions) {
      #expect(reading.logProbabilities.count == completion.tokens.count)
      for (a, b) in zip(reading.logProbabilities, completion.logProbabilities) {
        #expect(abs(a - b) < 1e-5)
      }
    }
  }

  @Test(arguments: AdapterChoice.keys)
  func `training moves the policy and leaves the base`(key: String) throws {
    let trainer = try TinyRuns.trainer(key)
    let before = trainer.policy.base.weights.present.map(\.values)
    for _ in 0..<2 { _ = try trainer.step() }
    #expect(trainer.policy.base.weights.present.map(\.values) == before)
    #expect(try Self.differences(trainer.policy) > 1e-5)
  }

  @Test func `thirteen numbers may be all that a whole model trains`() throws {
    var options = AdapterOptions(rank: 2)
    (options.vectorSize, options.weightTying) = (13, 1)
    let policy = try TinyRuns.policy("tinylora", options)
    #expect(policy.trained.map(\.name) == ["tinylora_v.0"] && policy.trainedCount == 13)
    let trainer = try TinyRuns.trainer("tinylora", options)
    for _ in 0..<2 { _ = try trainer.step() }
    let moved = try #require(trainer.policy.trained.first).values.matrix
    for layer in trainer.policy.export(baseName: nil).tensors where layer.key.contains("_v.") {
      #expect(layer.key == "base_model.tinylora_v.0" && layer.value.values == moved.values)
    }
    #expect(trainer.policy.updates.allSatisfy { $0.update.frobeniusNorm() > 0 })
  }

  @Test func `groups of modules share vectors as PEFT counts them`() throws {
    var options = AdapterOptions(rank: 2)
    (options.vectorSize, options.weightTying) = (3, 0.7)
    // Seven modules make round(7 · 0.3) = 2 groups: three, and the four that are left.
    let policy = try TinyRuns.policy("tinylora", options)
    #expect(policy.trained.map(\.name) == ["tinylora_v.0", "tinylora_v.1"])
    let trainer = try TinyRuns.trainer("tinylora", options)
    _ = try trainer.step()
    #expect(trainer.policy.updates.allSatisfy { $0.update.frobeniusNorm() > 0 })
  }

  @Test func `adapting one more kind of module changes no other's start`() throws {
    let base = try TinyRuns.base()
    func start(_ names: [String]) throws -> [String: [Float]] {
      let policy = try Policy(
        base: base, choice: AdapterChoice(parsing: "lora"), options: AdapterOptions(rank: 2),
        targets: TargetModules(names), seed: 4)
      return Dictionary(
        uniqueKeysWithValues: policy.trained.map { ($0.name, $0.values.values) })
    }
    let few = try start(["v_proj"])
    let more = try start(["q_proj", "v_proj"])
    #expect(!few.isEmpty && more.count == 2 * few.count)
    for (name, values) in few { #expect(more[name] == values) }
  }

  @Test func `a module that is not there is named with those that are`() throws {
    let base = try TinyRuns.base()
    #expect(
      throws: TrainingError.noTargets(
        pattern: "c_attn",
        available: ["down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"])
    ) {
      try Policy(
        base: base, choice: AdapterChoice(parsing: "lora"), options: AdapterOptions(rank: 2),
        targets: TargetModules(["c_attn"]), seed: 4)
    }
  }
}

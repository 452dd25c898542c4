import Adapters
import Checkpoints
import LinearAlgebra
import Testing
import Training

@Suite("What other training programs do") struct StackTests {
  static let adapter = AdapterOptions(rank: 2, alpha: 4)

  static func stack(_ change: (inout StackOptions) -> Void) -> StackOptions {
    var stack = StackOptions()
    change(&stack)
    return stack
  }

  /// The parameters after some steps.
  static func parameters(
    _ key: String, _ adapter: AdapterOptions = adapter, _ stack: StackOptions = StackOptions(),
    steps: Int = 3, _ change: (inout RunOptions) -> Void = { _ in }
  ) throws -> [Float] {
    var options = TinyRuns.options(steps: steps)
    change(&options)
    let trainer = try TinyRuns.trainer(key, adapter, options, stack: stack)
    for _ in 0..<steps { _ = try trainer.step() }
    return trainer.policy.trainedValues
  }

  /// The effective weights of the modules that merges change.
  private static func effective(_ policy: Policy<Float>) -> [Matrix] {
    policy.driftingWeights.map { weight in
      let slot = policy.base.layout.slots.firstIndex { $0.name == "\(weight.name).weight" }
      return policy.weights[slot ?? 0].matrix
    }
  }

  /// Whether a number is one of bfloat16.
  static func isBFloat16(_ value: Float) -> Bool { value.bitPattern & 0xFFFF == 0 }

  private static func isBFloat16(_ matrix: Matrix) -> Bool {
    matrix.values.allSatisfy { isBFloat16(Float($0)) }
  }

  // Merges.

  @Test(arguments: ["lora", "pissa", "rslora", "adalora"], [MergeCycle.float32, .bfloat16])
  func `a merge adds the update, rounds, and takes the rounded update out again`(
    key: String, cycle: MergeCycle
  ) throws {
    let stack = Self.stack { $0.mergeCycle = cycle }
    let trainer = try TinyRuns.trainer(key, Self.adapter, TinyRuns.options(), stack: stack)
    trainer.policy.disturb(by: 0.1, seed: 5)
    let type: DataType = cycle == .float32 ? .float32 : .bfloat16
    let before = trainer.policy.driftingWeights.map(\.values.matrix)
    let updates = zip(before, Self.effective(trainer.policy)).map { $1 - $0 }
    let merged = trainer.policy.withMergedWeights { Self.effective(trainer.policy) }
    let after = trainer.policy.driftingWeights.map(\.values.matrix)
    // The updates above carry the rounding of the effective weight, in single precision.
    let tolerance = cycle == .float32 ? 1e-6 : 5e-3
    for index in before.indices {
      let sum = before[index] + updates[index]
      let rounded = merged[index].values.map { value in
        var values = [value]
        type.round(&values)
        return values[0]
      }
      #expect(rounded == merged[index].values)
      #expect(Self.distance(merged[index], sum) <= tolerance)
      #expect(Self.distance(after[index], before[index]) <= 2 * tolerance)
    }
    #expect(zip(before, after).contains { $0 != $1 })
  }

  private static func distance(_ left: Matrix, _ right: Matrix) -> Double {
    zip(left.values, right.values).map { abs($0 - $1) }.max() ?? 0
  }

  /// W ← round(W + Δ), W ← round(W − round(Δ)) by hand, in the order of the program.
  @Test func `many merges drift as they do by hand`() throws {
    let stack = Self.stack { $0.mergeCycle = .bfloat16 }
    let trainer = try TinyRuns.trainer("pissa", Self.adapter, TinyRuns.options(), stack: stack)
    let factors = trainer.policy.trained.map(\.values)
    let updates = stride(from: 0, to: factors.count, by: 2).map { index in
      let update = MatrixView<Float>(rows: factors[index + 1].rows, columns: factors[index].columns)
      update.multiply(factors[index + 1], factors[index], scale: 2)
      return update.matrix
    }
    var expected = trainer.policy.driftingWeights.map(\.values.matrix)
    func rounded(_ matrix: Matrix) -> Matrix {
      var values = matrix.values
      DataType.bfloat16.round(&values)
      return Matrix(rows: matrix.rows, columns: matrix.columns, values: values)
    }
    for _ in 0..<5 {
      trainer.policy.withMergedWeights {}
      for index in expected.indices {
        expected[index] = rounded(
          rounded(expected[index] + updates[index]) - rounded(updates[index]))
      }
    }
    #expect(trainer.policy.driftingWeights.map(\.values.matrix) == expected)
  }

  @Test func `merges leave the base and its other users as they are`() throws {
    let base: DecoderModel<Float> = try TinyRuns.base()
    let before = base.weights.present.map(\.values)
    let policy = try Policy(
      base: base, choice: AdapterChoice(parsing: "lora"), options: Self.adapter,
      targets: TargetModules(), seed: 3, stack: Self.stack { $0.mergeCycle = .bfloat16 })
    policy.disturb(by: 0.1, seed: 5)
    policy.withMergedWeights {}
    #expect(base.weights.present.map(\.values) == before)
  }

  @Test func `without a merge cycle no frozen weight is kept in a checkpoint`() throws {
    #expect(try TinyRuns.trainer("pissa").policy.driftingWeights.isEmpty)
  }

  @Test(arguments: ["full", "dora", "ia3", "vera", "miss"])
  func `methods without a scaled product cannot be merged`(key: String) throws {
    #expect(throws: TrainingError.noMergeCycle(method: key, fitting: AdapterChoice.scaledProducts))
    {
      try TinyRuns.trainer(
        key, Self.adapter, TinyRuns.options(), stack: Self.stack { $0.mergeCycle = .float32 })
    }
    #expect(AdapterChoice.scaledProducts.contains("lora"))
  }

  @Test func `answers are drawn from merged weights, and learnt from with those of training`()
    throws
  {
    let plain = try Self.parameters("pissa")
    let merged = try Self.parameters(
      "pissa", Self.adapter, Self.stack { $0.mergeCycle = .bfloat16 })
    #expect(merged != plain)
    #expect(merged.allSatisfy { $0.isFinite })
  }

  // Storage.

  @Test(arguments: ["lora", "pissa", "full"])
  func `a base in bfloat16 is rounded, and what is trained beside it is not`(key: String) throws {
    let stack = Self.stack { $0.storage = .baseBFloat16 }
    let trainer = try TinyRuns.trainer(key, Self.adapter, TinyRuns.options(), stack: stack)
    for view in trainer.policy.base.weights.present {
      #expect(view.values.allSatisfy { Self.isBFloat16($0) })
    }
    _ = try trainer.step()
    _ = try trainer.step()
    #expect(!trainer.policy.trainedValues.allSatisfy { Self.isBFloat16($0) })
  }

  @Test func `what a start leaves of a base in bfloat16 is rounded too`() throws {
    let stack = Self.stack {
      $0.storage = .baseBFloat16
      // Shows the frozen weights.
      $0.mergeCycle = .float32
    }
    let policy = try TinyRuns.trainer("pissa", Self.adapter, TinyRuns.options(), stack: stack)
      .policy
    for frozen in policy.driftingWeights {
      #expect(Self.isBFloat16(frozen.values.matrix))
    }
    #expect(!policy.driftingWeights.isEmpty)
  }

  @Test(arguments: ["lora", "pissa", "full", "adalora"])
  func `trained numbers in bfloat16 are rounded after every step`(key: String) throws {
    let stack = Self.stack { $0.storage = .bfloat16 }
    let trainer = try TinyRuns.trainer(key, Self.adapter, TinyRuns.options(), stack: stack)
    #expect(trainer.policy.trainedValues.allSatisfy { Self.isBFloat16($0) })
    let before = trainer.policy.trainedValues
    for _ in 0..<3 {
      _ = try trainer.step()
      #expect(trainer.policy.trainedValues.allSatisfy { Self.isBFloat16($0) })
    }
    #expect(trainer.policy.trainedValues != before)
  }

  /// The first step is taken at the rate zero.
  @Test func `steps below half a unit of bfloat16 are lost`() throws {
    let stack = Self.stack { $0.storage = .bfloat16 }
    func moved(_ rate: Double, _ stack: StackOptions) throws -> Int {
      var options = TinyRuns.options()
      options.learningRate = rate
      let trainer = try TinyRuns.trainer("full", Self.adapter, options, stack: stack)
      let before = trainer.policy.trainedValues
      _ = try trainer.step()
      return zip(before, trainer.policy.trainedValues).count { $0 != $1 }
    }
    #expect(try moved(1e-7, stack) < moved(1e-7, StackOptions()) / 20)
  }

  // Stale rollouts.

  @Test func `stale rollouts are those of a policy that does not learn`() throws {
    func tokens(_ change: (inout RunOptions) -> Void) throws -> [[[Int32]]] {
      var options = TinyRuns.options()
      options.learningRate = 0.05
      change(&options)
      let trainer = try TinyRuns.trainer("lora", Self.adapter, options)
      return try (0..<4).map { _ in
        _ = try trainer.step()
        return try #require(trainer.lastRollout).completions.map(\.tokens)
      }
    }
    let frozen = try tokens { $0.learningRate = 0 }
    #expect(try tokens { $0.hasStaleRollouts = true } == frozen)
    #expect(try tokens { _ in } != frozen)
  }

  // The ratio that is read again.

  @Test func `without dropout, the ratio that is read again changes nothing but rounding`() throws {
    let plain = try Self.parameters("lora", steps: 2)
    let again = try Self.parameters("lora", steps: 2) { $0.recomputesRatio = true }
    let largest = zip(plain, again).map { abs($0 - $1) }.max() ?? 0
    #expect(largest < 1e-3, "\(largest)")
  }

  @Test func `with dropout, the sampler's probabilities are corrected by constants of at most 2`()
    throws
  {
    let dropping = AdapterOptions(rank: 2, alpha: 4, dropout: 0.3)
    var options = TinyRuns.options()
    options.recomputesRatio = true
    let trainer = try TinyRuns.trainer("pissa", dropping, options)
    let record = try trainer.step()
    #expect(try #require(record["sampling/sampling_logp_difference/mean"]) > 0.01)
    let mean = try #require(record["sampling/importance_sampling_ratio/mean"])
    #expect((0.2...2).contains(mean) && mean != 1)
    let plain = try Self.parameters("pissa", dropping)
    let again = try Self.parameters("pissa", dropping) { $0.recomputesRatio = true }
    #expect(plain != again)
    #expect(
      try TinyRuns.trainer("pissa", dropping).step()["sampling/importance_sampling_ratio/mean"]
        == nil)
  }

  /// The second mask is not the first one: else every ratio would be 1.
  @Test func `probabilities are read again under masks that are not those of learning`() throws {
    var options = TinyRuns.options(
      signal: .rewards(objective: DAPO.name, ObjectiveOptions(clipLow: 1e-4, clipHigh: 1e-4)))
    options.recomputesRatio = true
    options.learningRate = 0
    func clipped(_ dropout: Double) throws -> Double {
      let record = try TinyRuns.trainer(
        "pissa", AdapterOptions(rank: 2, alpha: 4, dropout: dropout), options
      ).step()
      return try #require(record["clip_ratio/low_mean"]) + #require(record["clip_ratio/high_mean"])
    }
    #expect(try clipped(0) == 0)
    #expect(try clipped(0.3) > 0)
  }

  @Test(arguments: PolicyObjectiveRegistry.all.map { $0.name })
  func `weights of one for every token change nothing, others scale the loss of tokens`(
    name: String
  ) throws {
    let objective = try #require(PolicyObjectiveRegistry.find(name)).init(
      options: ObjectiveOptions())
    var batch = ObjectiveBatch(
      logProbabilities: [[-1, -0.4], [-0.7]], oldLogProbabilities: [[-1.05, -0.35], [-0.65]],
      entropies: [[1, 1], [1]], advantages: [[1, 1], [-1]], maximumLength: 3)
    let plain = objective.evaluate(batch)
    batch.samplingWeights = [[1, 1], [1]]
    #expect(objective.evaluate(batch) == plain)
    batch.samplingWeights = [[0.5, 0.5], [2]]
    let weighted = objective.evaluate(batch)
    for (index, factor) in [0.5, 2].enumerated() {
      for (one, other) in zip(plain.tokenWeights[index], weighted.tokenWeights[index]) {
        #expect(abs(other - factor * one) <= 1e-15)
      }
    }
    #expect(weighted.entropyWeights == plain.entropyWeights)
  }

  @Test func `the divergence from the base is not weighted`() {
    var batch = ObjectiveBatch(
      logProbabilities: [[-1]], oldLogProbabilities: [[-1]], referenceLogProbabilities: [[-0.5]],
      samplingWeights: [[0]], entropies: [[1]], advantages: [[1]], maximumLength: 3)
    let objective = GRPO(options: ObjectiveOptions(divergenceCoefficient: 0.1))
    let found = objective.evaluate(batch)
    batch.advantages = [[0]]
    batch.samplingWeights = nil
    #expect(found.tokenWeights == objective.evaluate(batch).tokenWeights)
    #expect(found.divergence != nil)
  }

  @Test func `where another policy answers, no step is measured on its answers`() throws {
    func measured(_ stack: StackOptions, _ change: (inout RunOptions) -> Void) throws -> Double? {
      var options = TinyRuns.options()
      options.measuresDivergence = true
      change(&options)
      return try TinyRuns.trainer("lora", Self.adapter, options, stack: stack).step()["kl_step"]
    }
    #expect(try measured(StackOptions()) { _ in } != nil)
    #expect(try measured(StackOptions()) { $0.hasStaleRollouts = true } == nil)
    #expect(try measured(Self.stack { $0.mergeCycle = .float32 }) { _ in } == nil)
  }
}

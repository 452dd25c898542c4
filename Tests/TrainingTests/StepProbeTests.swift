import LinearAlgebra
import Testing
import Training

@Suite("Probes of a start") struct StepProbeTests {
  private func trainer(_ key: String, rate: Double, steps: Int) throws -> Trainer<Float> {
    var options = TinyRuns.options(steps: steps)
    options.learningRate = rate
    options.measuresDivergence = true
    return Trainer(
      try TinyRuns.policy(key), examiner: try TinyRuns.examiner(), options: options,
      positions: TinyRuns.positions)
  }

  /// The divergence of the first step over the square of its rate.
  private func curvature(_ key: String, rate: Double) throws -> Double {
    let record = try trainer(key, rate: rate, steps: 1).step()
    return try #require(record["kl_step"]) / (rate * rate)
  }

  @Test(arguments: ["lora", "pissa", "full"])
  func `a small step moves the policy by the square of its rate`(key: String) throws {
    // The rates at which this step moves the policy by about 1e-5 and 4e-5 nats.
    let rate = (1e-5 / (try curvature(key, rate: 1e-4))).squareRoot()
    let (one, two) = (try curvature(key, rate: rate), try curvature(key, rate: 2 * rate))
    // The next order grows with the rate.
    #expect(abs(two / one - 1) < 0.1)
  }

  @Test func `two decoders are as far apart on answers as the step that parts them logs`() throws {
    let trainer = try trainer("pissa", rate: 1e-3, steps: 2)
    _ = try trainer.step()
    let policy = trainer.policy
    func decoder() -> DecoderModel<Float> {
      let weights = TensorSet<Float>(policy.base.layout)
      for (copy, view) in zip(weights.present, policy.weights.present) { copy.set(view.matrix) }
      return DecoderModel(configuration: policy.base.configuration, weights: weights)
    }
    let before = decoder()
    let record = try trainer.step()
    let texts = TokenizedTexts(try #require(trainer.lastRollout).sequences)
    let divergence = SampledDivergence.mean(
      from: before.logProbabilities(of: texts), to: decoder().logProbabilities(of: texts))
    let logged = try #require(record["kl_step"])
    // Sampling and reading sum in other orders, in single precision: 1e-6 of a log-probability.
    #expect(abs(divergence / logged - 1) < 1e-3)
  }

  @Test func `changes are added to the tensors that they name, and to no others`() throws {
    let base = try TinyRuns.base()
    let name = "model.layers.0.self_attn.q_proj.weight"
    let slot = try #require(base.layout.slots.firstIndex { $0.name == name })
    let old = base.weights[slot].matrix
    let change = Matrix(
      rows: old.rows, columns: old.columns, values: Array(repeating: 0.5, count: old.values.count))
    let found = try #require(base.adding([(name, change)]))
    #expect(
      zip(found.weights[slot].matrix.values, old.values).allSatisfy { abs($0 - $1 - 0.5) < 1e-6 })
    #expect(base.weights[slot].matrix == old)
    let other = (slot + 1) % base.layout.slots.count
    #expect(found.weights[other].matrix == base.weights[other].matrix)
    #expect(base.adding([("no.such.weight", change)]) == nil)
    #expect(base.adding([(name, Matrix(rows: 1, columns: 1, values: [0]))]) == nil)
  }
}

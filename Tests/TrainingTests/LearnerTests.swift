import Adapters
import LinearAlgebra
import Testing
import Training

@Suite("Learner") struct LearnerTests {
  /// L = Σ aᵢ log pᵢ + Σ bᵢ Hᵢ at temperature 0.8, as a function of the trained parameters.
  struct Loss<Element: KernelScalar> {
    let policy: Policy<Element>
    let learner: Learner<Element>
    let sequences: [(prompt: [Int32], completion: [Int32])]
    let dropoutSeed: UInt64?
    private let tokenWeights: [[Double]], entropyWeights: [[Double]]

    init(
      _ policy: Policy<Element>, _ sequences: [(prompt: [Int32], completion: [Int32])],
      lanes: Int = 2, threads: Int = 1, tokenLimit: Int = 16_384, dropoutSeed: UInt64? = nil
    ) {
      self.policy = policy
      self.sequences = sequences
      self.dropoutSeed = dropoutSeed
      learner = Learner(
        policy, positions: 16, lanes: lanes, threads: threads, tokenLimit: tokenLimit)
      var generator = SplitMix64(seed: 5)
      func weights() -> [[Double]] {
        sequences.map { $0.completion.map { _ in generator.nextGaussian() } }
      }
      tokenWeights = weights()
      entropyWeights = weights()
    }

    func readings() -> [Learner<Element>.Reading] {
      policy.refresh()
      return learner.read(sequences, temperature: 0.8, dropoutSeed: dropoutSeed)
    }

    func value() -> Double {
      let read = readings()
      return zip(tokenWeights.joined(), read.flatMap(\.logProbabilities)).reduce(0) {
        $0 + $1.0 * $1.1
      }
        + zip(entropyWeights.joined(), read.flatMap(\.entropies)).reduce(0) {
          $0 + $1.0 * $1.1
        }
    }

    func gradients() -> [MatrixView<Element>] {
      _ = readings()
      let views = policy.trained.map {
        MatrixView<Element>(rows: $0.values.rows, columns: $0.values.columns)
      }
      learner.gradient(tokenWeights: tokenWeights, entropyWeights: entropyWeights, into: views)
      return views
    }
  }

  static let sequences: [(prompt: [Int32], completion: [Int32])] = [
    ([1, 2, 3], [4, 0]), ([6], [5, 5, 2, 1]), ([2, 0], [3]), ([5, 1, 1], [0, 6, 2]), ([3], [3, 4]),
  ]

  /// A policy away from its start, with biases and shared keys.
  static func policy(_ key: String, dropout: Double = 0) throws -> Policy<Double> {
    var generator = SplitMix64(seed: 21)
    let decoder = SmallDecoder.biasedAndShared
    let base = DecoderModel<Double>(
      configuration: decoder.configuration, weights: decoder.weights(&generator))
    let policy = try Policy(
      base: base, choice: AdapterChoice(parsing: key),
      options: AdapterOptions(rank: 2, alpha: 3, dropout: dropout), targets: TargetModules(),
      seed: 22)
    policy.disturb(by: 0.1, seed: 23)
    return policy
  }

  @Test(
    arguments: [
      "lora", "rslora", "lora-plus", "lora-fa", "adalora", "miss", "bat", "vera", "ia3",
      "ln-tuning", "full", "pissa", "olora",
    ].filter(AdapterChoice.keys.contains))
  func `the gradient of every trained parameter is that of finite differences`(
    key: String
  ) throws {
    let loss = Loss(try Self.policy(key), Self.sequences)
    for (parameter, gradient) in zip(loss.policy.trained, loss.gradients()) {
      expectDerivative(
        parameter.values, gradient, name: parameter.name, loss.value)
    }
  }

  @Test(arguments: ["lora", "pissa"])
  func `with dropout of the adapter path, the gradient is that of finite differences`(
    key: String
  ) throws {
    let policy = try Self.policy(key, dropout: 0.3)
    let loss = Loss(policy, Self.sequences, dropoutSeed: 77)
    for (parameter, gradient) in zip(policy.trained, loss.gradients()) {
      expectDerivative(
        parameter.values, gradient, name: parameter.name, loss.value)
    }
  }

  /// Each part is read again, with the same masks, for its backward pass.
  @Test func `with dropout in parts, the gradient is that of finite differences`() throws {
    let policy = try Self.policy("lora", dropout: 0.3)
    let loss = Loss(policy, Self.sequences, lanes: 1, tokenLimit: 9, dropoutSeed: 77)
    for (parameter, gradient) in zip(policy.trained, loss.gradients()) {
      expectDerivative(
        parameter.values, gradient, name: parameter.name, loss.value)
    }
  }

  /// Sums of a few dozen products in another order.
  @Test(arguments: [1, 3], [9, 16_384])
  func `masks of dropout depend neither on lanes nor on parts`(lanes: Int, tokenLimit: Int) throws {
    let policy = try Self.policy("pissa", dropout: 0.3)
    let one = Loss(policy, Self.sequences, dropoutSeed: 77)
    let other = Loss(
      policy, Self.sequences, lanes: lanes, tokenLimit: tokenLimit, dropoutSeed: 77)
    for (a, b) in zip(one.readings(), other.readings()) {
      for (x, y) in zip(a.logProbabilities + a.entropies, b.logProbabilities + b.entropies) {
        #expect(abs(x - y) < 1e-12)
      }
    }
    for (a, b) in zip(one.gradients(), other.gradients()) {
      for (x, y) in zip(a.values, b.values) { #expect(abs(x - y) <= 1e-12 * max(1, abs(x))) }
    }
  }

  @Test func `dropout of the same seed repeats, another seed and none differ`() throws {
    let policy = try Self.policy("lora", dropout: 0.3)
    let first = Loss(policy, Self.sequences, dropoutSeed: 1).readings()
    #expect(Loss(policy, Self.sequences, dropoutSeed: 1).readings() == first)
    #expect(Loss(policy, Self.sequences, dropoutSeed: 2).readings() != first)
    #expect(Loss(policy, Self.sequences).readings() != first)
  }

  @Test func `DoRA's magnitudes have the gradient of finite differences`() throws {
    let loss = Loss(try Self.policy("dora"), Self.sequences)
    for (parameter, gradient) in zip(loss.policy.trained, loss.gradients())
    where parameter.name.hasSuffix("lora_magnitude_vector") {
      expectDerivative(
        parameter.values, gradient, name: parameter.name, loss.value)
    }
  }

  /// The norm c of the rows of V counts as a constant. So when a factor moves, the test scales m like c, and m/c
  /// stays the same.
  @Test func `DoRA's factors have the gradient of finite differences at constant norm`() throws {
    let policy = try Self.policy("dora")
    let loss = Loss(policy, Self.sequences)
    let gradients = loss.gradients()
    for first in stride(from: 0, to: policy.trained.count, by: 3) {
      let (input, output) = (policy.trained[first].values, policy.trained[first + 1].values)
      let magnitudes = policy.trained[first + 2].values
      let slot = try #require(
        policy.base.layout.slots.firstIndex {
          policy.trained[first].name.hasPrefix("\($0.name.dropLast("weight".count))lora_A")
        })
      let weight = policy.base.weights[slot].matrix
      func norms() -> [Double] {
        let directions = weight + 1.5 * (output.matrix * input.matrix)
        return (0..<directions.rows).map { row in
          directions.row(row).reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
      }
      let (held, before) = (magnitudes.values, norms())
      for part in first..<first + 2 {
        let parameter = policy.trained[part]
        expectDerivative(
          parameter.values, gradients[part], name: parameter.name
        ) {
          for (row, norm) in norms().enumerated() {
            magnitudes[0, row] = held[row] * norm / before[row]
          }
          defer { for (row, value) in held.enumerated() { magnitudes[0, row] = value } }
          return loss.value()
        }
      }
    }
  }

  @Test(arguments: [0, 0.3])
  func `readings and gradients do not depend on the number of threads`(dropout: Double) throws {
    let adapter = AdapterOptions(rank: 2, alpha: 4, dropout: dropout)
    let policy = try TinyRuns.policy("lora", adapter)
    policy.disturb(by: 0.2, seed: 23)
    let results = try [1, 2, 4].map { threads in
      let loss = Loss(
        policy, try TinyRuns.sequences(21), lanes: 4, threads: threads,
        dropoutSeed: dropout > 0 ? 9 : nil)
      return (loss.readings(), loss.gradients().map(\.values))
    }
    for other in results.dropFirst() {
      #expect(other.0 == results[0].0)
      #expect(other.1 == results[0].1)
    }
  }

  @Test func `samples do not depend on threads or lanes`() throws {
    let policy = try TinyRuns.policy("lora")
    policy.disturb(by: 0.2, seed: 23)
    let examiner = try TinyRuns.examiner()
    let problems = try examiner.problems(.training, count: 9, seed: 1)
    func sample(lanes: Int, threads: Int) throws -> [[Int32]] {
      let learner = Learner(
        policy, positions: TinyRuns.positions, lanes: lanes, threads: threads)
      return try examiner.rollout(
        learner, problems: problems, groupSize: 3, seed: 2,
        options: SamplingOptions(maximumLength: 4, endToken: Int32(examiner.tokenizer.endToken))
      ).completions.map(\.tokens)
    }
    let one = try sample(lanes: 4, threads: 1)
    #expect(try sample(lanes: 4, threads: 4) == one)
    #expect(try sample(lanes: 1, threads: 1) == one)
  }

  /// Sums of a few dozen products in another order.
  @Test(arguments: [1, 9, 20])
  func `many parts a lane agree with one part`(tokenLimit: Int) throws {
    let policy = try Self.policy("lora")
    let whole = Loss(policy, Self.sequences + Self.sequences)
    let parts = Loss(policy, Self.sequences + Self.sequences, tokenLimit: tokenLimit)
    for (a, b) in zip(whole.readings(), parts.readings()) {
      for (x, y) in zip(a.logProbabilities + a.entropies, b.logProbabilities + b.entropies) {
        #expect(abs(x - y) < 1e-12)
      }
    }
    for (a, b) in zip(whole.gradients(), parts.gradients()) {
      for (x, y) in zip(a.values, b.values) {
        #expect(abs(x - y) <= 1e-12 * max(1, abs(x)))
      }
    }
  }

  @Test func `fewer sequences than lanes are read`() throws {
    let policy = try Self.policy("lora")
    let one = Loss(policy, Array(Self.sequences.prefix(1)), lanes: 4, threads: 2)
    let same = Loss(policy, Array(Self.sequences.prefix(1)), lanes: 1)
    #expect(one.readings() == same.readings())
    #expect(one.gradients().map(\.values) == same.gradients().map(\.values))
  }

  @Test func `longer sequences than were expected are read and sampled alike`() throws {
    let policy = try Self.policy("lora")
    let (long, short) = (
      Learner(policy, positions: 64, lanes: 1, threads: 1),
      Learner(policy, positions: 2, lanes: 1, threads: 1)
    )
    #expect(short.read(Self.sequences) == long.read(Self.sequences))
    let options = SamplingOptions(maximumLength: 20, endToken: 6)
    let (prompts, seeds) = ([[Int32]]([[1, 2, 3], [4]]), [[UInt64]]([[1, 2], [3, 4]]))
    #expect(
      Learner(policy, positions: 2, lanes: 1, threads: 1)
        .sample(prompts: prompts, seeds: seeds, options: options)
        == long.sample(prompts: prompts, seeds: seeds, options: options))
  }

  @Test func `the reference is the base, whatever was trained`() throws {
    let policy = try Self.policy("pissa")
    let learner = Learner(policy, positions: 16, lanes: 2, threads: 1)
    let before = learner.readReference(Self.sequences)
    policy.disturb(by: 0.5, seed: 3)
    #expect(learner.readReference(Self.sequences) == before)
    #expect(learner.read(Self.sequences) != before)
  }
}

/// Expects that a gradient agrees with differences over five points, which are exact to fourth order. With a step
/// of 1e-4, truncation and rounding errors are both near 1e-11 for derivatives of order one.
func expectDerivative(
  _ view: MatrixView<Double>, _ gradient: MatrixView<Double>, name: String, _ value: () -> Double
) {
  let step = 1e-4
  for place in stride(from: 0, to: view.count, by: max(1, view.count / 7)) {
    let (row, column) = (place / view.columns, place % view.columns)
    let before = view[row, column]
    func at(_ steps: Double) -> Double {
      view[row, column] = before + steps * step
      defer { view[row, column] = before }
      return value()
    }
    let slope = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step)
    #expect(
      abs(slope - gradient[row, column]) <= 1e-8 * max(1, abs(slope)),
      "\(name) [\(row), \(column)]: \(gradient[row, column]), by differences \(slope)")
  }
}

import Adapters
import Foundation
import LinearAlgebra
import Testing
import Training

/// Against torch: `Tests/Fixtures/training/critic/make_critic.py`.
@Suite("Critic") struct CriticTests {
  struct Golden: Decodable {
    struct Heads: Decodable { let weight: [[Double]], bias: [Double] }

    let discount: Double, decay: Double, clip: Double, rate: Double, bonus: Double
    let rewards: [Double], counts: [[Int]]
    let states: [[[Double]]]
    let old: Heads, heads: Heads
    let advantages: [[Double]], returns: [[Double]], curious: [[Double]]
    let loss: Double
    let gradient: Heads, moved: Heads
  }

  static func golden() throws -> Golden {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/training/critic/critic.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }

  static func critic(_ golden: Golden) -> Critic<Double> {
    Critic(
      CriticOptions(heads: 4, learningRate: golden.rate, clip: golden.clip), width: 5, seed: 1)
  }

  static func set(_ heads: Golden.Heads, of critic: Critic<Double>) {
    critic.state[0].values.set(Matrix(rows: 4, columns: 5, values: heads.weight.flatMap { $0 }))
    critic.state[1].values.set(Matrix(rows: 1, columns: 4, values: heads.bias))
  }

  static func states(_ golden: Golden) -> [MatrixView<Double>] {
    golden.states.map {
      MatrixView(Matrix(rows: $0.count, columns: 5, values: $0.flatMap { $0 }))
    }
  }

  /// What the heads before the step say, and the lesson with the counts of the fixture.
  static func lesson(_ golden: Golden, _ critic: Critic<Double>) -> Critic<Double>.Lesson {
    set(golden.old, of: critic)
    let states = states(golden)
    let lesson = Critic<Double>.Lesson(
      states: states, estimate: critic.estimate(states), returns: golden.returns,
      counts: golden.counts)
    set(golden.heads, of: critic)
    return lesson
  }

  /// Sums of a dozen terms near one.
  static let bound = 1e-14

  @Test func `advantages and returns agree with torch`() throws {
    let golden = try Self.golden()
    let values = Self.lesson(golden, Self.critic(golden)).estimate.means
    for (found, expected) in [
      (
        GeneralizedAdvantage.advantages(
          rewards: golden.rewards, values: values, discount: golden.discount, decay: golden.decay),
        golden.advantages
      ),
      (
        GeneralizedAdvantage.returns(
          rewards: golden.rewards, values: values, discount: golden.discount, decay: golden.decay),
        golden.returns
      ),
    ] {
      #expect(ObjectiveGoldenTests.agree(found, expected, Self.bound))
    }
  }

  @Test func `advantages of PPO with the bonus of heads agree with torch`() throws {
    let golden = try Self.golden()
    let ppo = PPO(
      options: ObjectiveOptions(
        discount: golden.discount, traceDecay: golden.decay, criticCuriosity: golden.bonus))
    let found = ppo.advantages(
      of: RolloutSignals(
        rewards: golden.rewards, groupSize: 2,
        oldLogProbabilities: golden.advantages.map { $0.map { _ in -1 } },
        values: Self.lesson(golden, Self.critic(golden)).estimate))
    #expect(ObjectiveGoldenTests.agree(found, golden.curious, 8 * Self.bound))
  }

  @Test func `the clipped loss, its gradient and a step of Adam agree with torch`() throws {
    let golden = try Self.golden()
    let critic = Self.critic(golden)
    let lesson = Self.lesson(golden, critic)
    let loss = critic.learn(lesson, part: Array(0..<4), clipNorm: 1e9)
    #expect(abs(loss - golden.loss) <= Self.bound)
    // From zero moments, the first one is a tenth of the gradient.
    let moments = Dictionary(uniqueKeysWithValues: critic.state.map { ($0.name, $0.values) })
    let weight = try #require(moments["value.weight.first_moment"]).values.map { 10 * $0 }
    let bias = try #require(moments["value.bias.first_moment"]).values.map { 10 * $0 }
    #expect(
      ObjectiveGoldenTests.agree([weight], [golden.gradient.weight.flatMap { $0 }], Self.bound))
    #expect(ObjectiveGoldenTests.agree([bias], [golden.gradient.bias], Self.bound))
    #expect(
      ObjectiveGoldenTests.agree(
        [critic.state[0].values.values, critic.state[1].values.values],
        [golden.moved.weight.flatMap { $0 }, golden.moved.bias], 8 * Self.bound))
  }

  @Test func `derivatives by values are those of finite differences`() throws {
    let golden = try Self.golden()
    let critic = Self.critic(golden)
    let lesson = Self.lesson(golden, critic)
    let slopes = critic.loss(lesson, part: [1, 2]).slopes
    // A bias moves every value of its head alike.
    let step = 1e-6
    for head in 0..<4 {
      let bias = critic.state[1].values
      let before = bias[0, head]
      func loss(_ change: Double) -> Double {
        bias[0, head] = before + change
        defer { bias[0, head] = before }
        return critic.loss(lesson, part: [1, 2]).loss
      }
      let slope = (loss(step) - loss(-step)) / (2 * step)
      let found = slopes.reduce(0) { sum, values in
        sum + (0..<values.rows).reduce(0) { $0 + values[$1, head] }
      }
      #expect(abs(slope - found) <= 1e-9)
    }
  }

  @Test func `with no discount and no decay an advantage is the reward minus the value`() {
    let found = GeneralizedAdvantage.advantages(
      rewards: [1, -1], values: [[0.25, 0.5, 0.75], [0.5]], discount: 1, decay: 1)
    #expect(found == [[0.75, 0.5, 0.25], [-1.5]])
  }

  @Test func `one head sees every answer once, several draw theirs with replacement`() {
    #expect(Critic<Float>.counts(CriticOptions(), completions: 3, seed: 1) == [[1, 1, 1]])
    for (heads, draws) in [(2, 40), (4, 40), (8, 20), (16, 20)] {
      let counts = Critic<Float>.counts(CriticOptions(heads: heads), completions: 40, seed: 1)
      #expect(counts.map { $0.reduce(0, +) } == Array(repeating: draws, count: heads))
      #expect(Set(counts).count == heads)
      #expect(counts.joined().contains { $0 > 1 })
    }
  }

  @Test func `heads learn what answers earn, and the log says so`() throws {
    var options = TinyRuns.options(
      steps: 30, signal: .rewards(objective: PPO.name, ObjectiveOptions(criticCuriosity: 0.5)))
    options.prompts = 16
    options.group = 8
    options.critic = CriticOptions(heads: 4, learningRate: 2e-2)
    let trainer = try TinyRuns.trainer("lora", AdapterOptions(rank: 4, alpha: 8), options)
    var records = [StepRecord]()
    for _ in 0..<30 { records.append(try trainer.step()) }
    let losses = records.compactMap { $0["value_loss"] }
    #expect(losses.count == 30)
    let (firstLoss, lastLoss) = (losses.prefix(5).reduce(0, +), losses.suffix(5).reduce(0, +))
    #expect(lastLoss < 0.8 * firstLoss, "\(firstLoss) → \(lastLoss)")
    #expect(try #require(records.last?["value_disagreement"]) > 0)
    let rewards = records.compactMap { $0["reward"] }
    let (first, last) = (rewards.prefix(4).reduce(0, +), rewards.suffix(4).reduce(0, +))
    #expect(last > first + 0.4, "\(first) → \(last)")
  }

  @Test func `the critic leaves the policy's gradient alone`() throws {
    func gradient(_ rate: Double) throws -> [Float] {
      var options = TinyRuns.options(signal: .rewards(objective: PPO.name, ObjectiveOptions()))
      options.critic.learningRate = rate
      let trainer = try TinyRuns.trainer("lora", AdapterOptions(rank: 2, alpha: 4), options)
      _ = try trainer.step()
      return trainer.policy.trainedValues
    }
    #expect(try gradient(1e-2) == gradient(1))
  }

  @Test func `states are the outputs that tokens are predicted from`() throws {
    let policy = try LearnerTests.policy("lora")
    let learner = Learner(policy, positions: 16, lanes: 2, threads: 1)
    let states = learner.outputs(LearnerTests.sequences)
    #expect(states.map(\.rows) == LearnerTests.sequences.map(\.completion.count))
    // The head on these outputs gives the log-probabilities that the learner reads.
    let readings = learner.read(LearnerTests.sequences)
    let head = policy.weights[policy.base.layout.head]
    for (index, sequence) in LearnerTests.sequences.enumerated() {
      let logits = MatrixView<Double>(rows: states[index].rows, columns: head.rows)
      logits.multiply(states[index], head, .transposed)
      for (row, token) in sequence.completion.enumerated() {
        let values = logits.rows(row..<row + 1).values
        let total = values.reduce(0) { $0 + exp($1) }
        let expected = values[Int(token)] - log(total)
        #expect(abs(readings[index].logProbabilities[row] - expected) <= 1e-12)
      }
    }
  }

  /// L = Σ gᵢⱼ zᵢⱼ over all logits z = h Wᵀ, with the head W among what is trained.
  @Test func `a head of its own on the outputs gets its gradient too`() throws {
    let policy = try LearnerTests.policy("full")
    let learner = Learner(policy, positions: 16, lanes: 2, threads: 1)
    let head = policy.weights[policy.base.layout.head]
    func logits() -> [MatrixView<Double>] {
      policy.refresh()
      return learner.outputs(LearnerTests.sequences).map { output in
        let logits = MatrixView<Double>(rows: output.rows, columns: head.rows)
        logits.multiply(output, policy.weights[policy.base.layout.head], .transposed)
        return logits
      }
    }
    var generator = SplitMix64(seed: 6)
    let slopes = logits().map { logits in
      MatrixView<Double>(
        Matrix(
          rows: logits.rows, columns: logits.columns,
          values: (0..<logits.count).map { _ in generator.nextGaussian() }))
    }
    let outputs = learner.outputs(LearnerTests.sequences)
    let headGradient = MatrixView<Double>(rows: head.rows, columns: head.columns)
    let outputSlopes = zip(outputs, slopes).map { output, slope in
      headGradient.multiply(slope, .transposed, output, keeping: 1)
      let result = MatrixView<Double>(rows: output.rows, columns: output.columns)
      result.multiply(slope, head)
      return result
    }
    let gradients = policy.trained.map {
      MatrixView<Double>(rows: $0.values.rows, columns: $0.values.columns)
    }
    learner.gradient(outputs: outputSlopes, head: headGradient, into: gradients)
    for (parameter, gradient) in zip(policy.trained, gradients) {
      expectDerivative(parameter.values, gradient, name: parameter.name) {
        zip(logits(), slopes).reduce(0) { $0 + $1.0.dot($1.1) }
      }
    }
  }

  @Test(arguments: [16_384, 9])
  func `the gradient by outputs is that of finite differences`(tokenLimit: Int) throws {
    let policy = try LearnerTests.policy("lora")
    let learner = Learner(policy, positions: 16, lanes: 2, threads: 1, tokenLimit: tokenLimit)
    var generator = SplitMix64(seed: 5)
    let slopes = learner.outputs(LearnerTests.sequences).map { output in
      MatrixView<Double>(
        Matrix(
          rows: output.rows, columns: output.columns,
          values: (0..<output.count).map { _ in generator.nextGaussian() }))
    }
    let gradients = policy.trained.map {
      MatrixView<Double>(rows: $0.values.rows, columns: $0.values.columns)
    }
    learner.gradient(outputs: slopes, into: gradients)
    for (parameter, gradient) in zip(policy.trained, gradients) {
      expectDerivative(parameter.values, gradient, name: parameter.name) {
        policy.refresh()
        return zip(learner.outputs(LearnerTests.sequences), slopes).reduce(0) {
          $0 + $1.0.dot($1.1)
        }
      }
    }
  }
}

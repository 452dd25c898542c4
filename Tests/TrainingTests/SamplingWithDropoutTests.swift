import Adapters
import LinearAlgebra
import Testing
import Training

@Suite("Sampling with dropout") struct SamplingWithDropoutTests {
  static let adapter = AdapterOptions(rank: 2, alpha: 4, dropout: 0.3)

  /// A policy on which dropout has an effect: at LoRA's own start, it has none.
  private func policy(_ key: String) throws -> Policy<Float> {
    let policy = try TinyRuns.policy(key, Self.adapter)
    policy.disturb(by: 0.2, seed: 23)
    return policy
  }

  private func learner(_ policy: Policy<Float>, lanes: Int = 3) -> Learner<Float> {
    Learner(policy, positions: TinyRuns.positions, lanes: lanes, threads: 1, tokenLimit: 40)
  }

  private func rollout(
    _ learner: Learner<Float>, dropoutSeed: UInt64?, firstProblem: Int = 0
  ) throws -> Rollout {
    let examiner = try TinyRuns.examiner()
    return try examiner.rollout(
      learner, problems: examiner.problems(.training, count: 7, seed: 5), groupSize: 3, seed: 6,
      options: SamplingOptions(
        temperature: 0.9, maximumLength: 5, endToken: Int32(examiner.endToken)),
      dropoutSeed: dropoutSeed, firstProblem: firstProblem)
  }

  /// The largest distance between the log-probabilities read for some completions and those they were drawn with.
  private func distance(
    _ rollout: Rollout, _ learner: Learner<Float>, part: [Int], seed: UInt64?
  ) -> Double {
    let read = learner.read(
      part.map { rollout.sequences[$0] }, temperature: 0.9, dropoutSeed: seed,
      keys: part.map { rollout.maskKeys[$0] })
    return zip(part, read).flatMap { place, reading in
      zip(reading.logProbabilities, rollout.completions[place].logProbabilities)
        .map { abs($0 - $1) }
    }.max() ?? 0
  }

  /// The sampler reads token by token with a cache, the learner whole sequences: the same sums in
  /// another order.
  @Test(arguments: ["lora", "rslora", "pissa"], [1, 3])
  func `answers have the probabilities that the learner reads under the same seed`(
    key: String, lanes: Int
  ) throws {
    let policy = try policy(key)
    let rollout = try rollout(learner(policy, lanes: lanes), dropoutSeed: 9, firstProblem: 4)
    let order = rollout.completions.indices.reversed()
    for parts in [1, 2, 5] {
      for other in [1, 2, 4] {
        for part in 0..<parts {
          let places = order.filter { $0 % parts == part }
          #expect(distance(rollout, learner(policy, lanes: other), part: places, seed: 9) < 1e-5)
        }
      }
    }
  }

  @Test(arguments: [nil, 10])
  func `answers have other probabilities under another seed or none`(seed: UInt64?) throws {
    let policy = try policy("pissa")
    let rollout = try rollout(learner(policy), dropoutSeed: 9)
    let all = Array(rollout.completions.indices)
    #expect(distance(rollout, learner(policy), part: all, seed: seed) > 1e-2)
  }

  @Test func `answers that were drawn without dropout are read with other probabilities`() throws {
    let policy = try policy("pissa")
    let rollout = try rollout(learner(policy), dropoutSeed: nil)
    let all = Array(rollout.completions.indices)
    #expect(distance(rollout, learner(policy), part: all, seed: nil) < 1e-5)
    #expect(distance(rollout, learner(policy), part: all, seed: 9) > 1e-2)
  }

  @Test func `what is drawn does not depend on lanes`() throws {
    let policy = try policy("pissa")
    let one = try rollout(learner(policy, lanes: 1), dropoutSeed: 9)
    #expect(
      try rollout(learner(policy, lanes: 4), dropoutSeed: 9).completions.map(\.tokens)
        == one.completions.map(\.tokens))
  }

  /// The cache gives the same numbers by products of another shape.
  @Test(arguments: SmallDecoder.allCases)
  func `every family samples what is read, in double precision`(decoder: SmallDecoder) throws {
    var generator = SplitMix64(seed: 21)
    let base = DecoderModel<Double>(
      configuration: decoder.configuration, weights: decoder.weights(&generator))
    let policy = try Policy(
      base: base, choice: AdapterChoice(parsing: "lora"), options: Self.adapter,
      targets: TargetModules(), seed: 22)
    policy.disturb(by: 0.1, seed: 23)
    let learner = Learner(policy, positions: 24, lanes: 2, threads: 1)
    let prompts: [[Int32]] = [[1, 2, 3], [6], [2, 0, 4, 4]]
    let completions = learner.sample(
      prompts: prompts, seeds: [[1], [2], [3]],
      options: SamplingOptions(maximumLength: 9, endToken: 0), dropoutSeed: 5
    ).flatMap { $0 }
    let read = learner.read(
      zip(prompts, completions).map { ($0, $1.tokens) }, dropoutSeed: 5)
    for (reading, completion) in zip(read, completions) {
      for (a, b) in zip(reading.logProbabilities, completion.logProbabilities) {
        #expect(abs(a - b) <= 1e-12)
      }
    }
  }

  /// The share of tokens whose ratio leaves 1 ± 1e-4 where nothing moves the parameters.
  private func clippedShare(_ change: (inout RunOptions) -> Void) throws -> Double {
    var options = TinyRuns.options(
      signal: .rewards(
        objective: DAPO.name, ObjectiveOptions(clipLow: 1e-4, clipHigh: 1e-4)))
    options.learningRate = 0
    change(&options)
    let trainer = try TinyRuns.trainer("pissa", Self.adapter, options)
    let record = try trainer.step()
    return try #require(record["clip_ratio/low_mean"]) + #require(record["clip_ratio/high_mean"])
  }

  @Test(arguments: [(1, 0), (3, 0), (1, 3), (2, 3)])
  func `a step's ratios are 1 before its first update`(
    miniBatches: Int, tries: Int
  ) throws {
    func share(_ samplesWithDropout: Bool) throws -> Double {
      try clippedShare {
        $0.miniBatches = miniBatches
        $0.dynamicSamplingTries = tries
        $0.samplesWithDropout = samplesWithDropout
      }
    }
    #expect(try share(true) == 0)
    #expect(try share(false) > 0)
  }

  @Test func `later passes over a rollout draw other masks`() throws {
    #expect(
      try clippedShare {
        $0.updatesPerRollout = 2
        $0.samplesWithDropout = true
      } > 0)
  }

  @Test func `held-out problems are answered without dropout`() throws {
    var options = TinyRuns.options()
    options.evaluationProblems = 64
    let plain = try TinyRuns.trainer("pissa", AdapterOptions(rank: 2, alpha: 4), options)
    options.samplesWithDropout = true
    let dropping = try TinyRuns.trainer("pissa", Self.adapter, options)
    #expect(try dropping.examine() == plain.examine())
  }

  @Test func `where nothing is dropped, the option changes nothing`() throws {
    let plain = try TrainerTests.parameters("pissa")
    #expect(try TrainerTests.parameters("pissa") { $0.samplesWithDropout = true } == plain)
  }
}

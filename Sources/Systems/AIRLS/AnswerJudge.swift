import Adapters
import LinearAlgebra
import Training

/// What a discriminator can do besides rewarding: rank answers of the base to held-out problems, find wrong steps, and
/// guide a search.
struct AnswerJudge {
  private let trainer: Trainer<Float>
  private let discriminator: Discriminator
  /// The base answers, as it was before training: its answers differ most.
  private let learner: Learner<Float>
  private let rollout: Rollout
  private static let answers = 16

  /// - Parameters:
  ///   - asked: How many held-out problems.
  ///   - seed: Of the answers.
  init(
    _ bench: SystemBench, _ trainer: Trainer<Float>, _ discriminator: Discriminator, asked: Int,
    seed: UInt64
  ) throws {
    self.trainer = trainer
    self.discriminator = discriminator
    let policy = try Policy(
      base: bench.model, choice: AdapterChoice(parsing: "lora"), options: AdapterOptions(),
      targets: TargetModules(), seed: seed)
    learner = Learner(
      policy, positions: try trainer.examiner.longestSequence(limit: nil), lanes: 1, threads: 1)
    rollout = try trainer.examiner.rollout(
      learner, problems: trainer.examiner.problems(.held, count: asked, seed: seed &+ 77),
      groupSize: Self.answers, seed: seed &+ 78, options: trainer.sampling)
  }

  /// The base's answers with the mean logits of their tokens.
  func ranking() -> AnswerRanking { ranking(by: discriminator.scores(rollout.sequences)) }

  private func ranking(by scores: [Double]) -> AnswerRanking {
    let tokenizer = trainer.examiner.tokenizer
    return AnswerRanking(
      groups: rollout.problems.indices.map { problem in
        let places = problem * Self.answers..<(problem + 1) * Self.answers
        return AnswerRanking.Group(
          texts: places.map { tokenizer.decode(rollout.completions[$0].tokens.map { Int($0) }) },
          scores: Array(scores[places]), isRight: places.map { rollout.rewards[$0] >= 1 })
      })
  }

  /// Notes everything.
  /// - Parameter ranking: By the discriminator as it is now.
  func note(_ ranking: AnswerRanking, in unit: inout SystemUnit, seed: UInt64) throws {
    let likelihood = self.ranking(by: rollout.completions.map { -$0.logPerplexity })
    for count in [1, 4, 16] {
      let (best, place) = (ranking.best(of: count), Double(count))
      unit.note("ranked", at: place, best)
      let vote = ranking.majority(of: count) { DamagedReferences.parts(of: $0).result }
      unit.note("ranked-less-majority", at: place, best - vote)
      unit.note("ranked-less-random", at: place, best - ranking.random(of: count))
      unit.note("ranked-less-likelihood", at: place, best - likelihood.best(of: count))
      unit.note("verifier-less-ranked", at: place, ranking.verifier(of: count) - best)
    }
    let (located, chance, digits) = try locatedErrors(seed: seed)
    unit.note("located", at: digits, located)
    unit.note("located-less-chance", at: digits, located - chance)
    let searched = try searchedAccuracy(seed: seed)
    unit.note("searched", at: Double(Self.answers), searched)
    unit.note("searched-less-ranked", at: Double(Self.answers), searched - ranking.best(of: 16))
  }

  /// The share of references with one wrong digit in their steps whose logit is lowest at that digit, what guessing
  /// one of the digits would find, and how many digits there are.
  private func locatedErrors(
    seed: UInt64
  ) throws -> (located: Double, chance: Double, digits: Double) {
    var generator = SplitMix64(seed: seed &+ 79)
    var (found, digits) = (0.0, 1)
    for problem in rollout.problems {
      let trace = DamagedReferences.Trace(prompt: problem.prompt, answer: problem.answer)
      digits = max(DamagedReferences.parts(of: problem.answer).steps.count, 1)
      let place = generator.nextIndex(below: digits)
      let damaged = DamagedReferences.damaged(trace, at: place, using: &generator)
      let logits = discriminator.logits([
        try trainer.examiner.sequence(problem, answer: damaged.answer)
      ])[0]
      let lowest = (0..<digits).reduce(0) { logits[$1] < logits[$0] ? $1 : $0 }
      if lowest == place { found += 1 }
    }
    return (found / Double(rollout.problems.count), 1 / Double(digits), Double(digits))
  }

  private func searchedAccuracy(seed: UInt64) throws -> Double {
    let search = StepSearch(
      width: 4, branches: 4, stepLength: 2, learner: learner, discriminator: discriminator,
      sampling: trainer.sampling)
    let answers = search.answers(to: rollout.prompts, seed: seed &+ 80)
    let right = zip(rollout.problems, answers).count { problem, answer in
      trainer.examiner.reward(answer, problem) >= 1
    }
    return Double(right) / Double(rollout.problems.count)
  }
}

import LinearAlgebra
import Training

/// Beam search over steps: of some continuations by one step, those that the discriminator likes best go on.
struct StepSearch {
  /// How many partial answers go on, and how many continuations of each are drawn.
  let width: Int, branches: Int
  /// Tokens of a step.
  let stepLength: Int
  let learner: Learner<Float>
  let discriminator: Discriminator
  /// Of whole answers.
  let sampling: SamplingOptions

  /// A partial answer.
  private struct Beam {
    var tokens: [Int32] = []
    var isEnded = false
    var score = 0.0
  }

  /// The best answer to each prompt, and whether it has ended.
  /// - Parameter seed: Of the continuations.
  func answers(to prompts: [[Int32]], seed: UInt64) -> [Completion] {
    var generator = SplitMix64(seed: seed)
    return prompts.map { prompt in
      var beams = [Beam()]
      // The first step is drawn as often as there are continuations later.
      var draws = width * branches
      while beams.contains(where: { !$0.isEnded && $0.tokens.count < sampling.maximumLength }) {
        beams = extended(beams, prompt, draws, &generator)
        draws = branches
      }
      var best = Completion()
      (best.tokens, best.isEnded) = (beams[0].tokens, beams[0].isEnded)
      return best
    }
  }

  private func extended(
    _ beams: [Beam], _ prompt: [Int32], _ draws: Int, _ generator: inout SplitMix64
  ) -> [Beam] {
    let open = beams.filter { !$0.isEnded && $0.tokens.count < sampling.maximumLength }
    let seeds = open.map { _ in (0..<draws).map { _ in generator.next() } }
    var options = sampling
    options.maximumLength = stepLength
    let drawn = learner.sample(
      prompts: open.map { prompt + $0.tokens }, seeds: seeds, options: options)
    var next = zip(open, drawn).flatMap { beam, group in
      group.map {
        Beam(tokens: beam.tokens + $0.tokens, isEnded: $0.isEnded)
      }
    }
    // The same continuation drawn twice is one.
    var seen = Set<[Int32]>()
    next = next.filter { seen.insert($0.tokens).inserted }
    let scores = discriminator.scores(next.map { (prompt, $0.tokens) })
    for index in next.indices { next[index].score = scores[index] }
    let finished = beams.filter { beam in
      beam.isEnded || beam.tokens.count >= sampling.maximumLength
    }
    return Array(
      (finished + next).enumerated()
        .sorted { ($0.element.score, $1.offset) > ($1.element.score, $0.offset) }
        .map(\.element).prefix(width))
  }
}

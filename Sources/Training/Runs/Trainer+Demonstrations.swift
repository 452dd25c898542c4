import Adapters
import LinearAlgebra

extension Trainer {
  /// Learns from demonstrations by cross-entropy: the mean negative log-probability of their tokens.
  func imitate(_ record: inout StepRecord) throws {
    var generator = SplitMix64(seed: seeds.seed(.demonstrations, step: stepCount + 1))
    let sequences = try demonstrations(options.prompts * options.group, using: &generator)
    let dropout =
      policy.options.dropout > 0 ? seeds.seed(.dropout, step: stepCount) : nil
    let readings = learner.read(sequences, dropoutSeed: dropout)
    let count = readings.reduce(0) { $0 + $1.logProbabilities.count }
    let loss = -readings.reduce(0) { $0 + $1.logProbabilities.reduce(0, +) } / Double(count)
    learner.gradient(
      tokenWeights: readings.map { $0.logProbabilities.map { _ in -1 / Double(count) } },
      entropyWeights: readings.map { $0.logProbabilities.map { _ in 0 } }, into: gradients)
    try update(loss, &record)
    record["entropy"] =
      readings.reduce(0) { $0 + $1.entropies.reduce(0, +) } / Double(count)
    record["num_tokens"] = Double(count)
  }

  /// Problems with their demonstrations.
  func demonstrations(
    _ count: Int, using generator: inout SplitMix64
  ) throws -> [Learner<Element>.Sequence] {
    var sequences = [Learner<Element>.Sequence]()
    for _ in 0..<count {
      let problem = try examiner.task.problem(.training, using: &generator)
      let text = examiner.task.demonstration(of: problem, using: &generator)
      sequences.append((try examiner.prompt(problem), try examiner.completion(text)))
    }
    return sequences
  }
}

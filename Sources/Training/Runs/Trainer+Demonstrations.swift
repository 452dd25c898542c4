import Adapters
import LinearAlgebra

extension Trainer {
  /// Learns from demonstrations by cross-entropy: the mean negative log-probability of their tokens.
  func imitate(_ record: inout StepRecord) throws {
    var generator = SplitMix64(seed: seeds.seed(.demonstrations, step: stepCount + 1))
    let sequences = try demonstrations(options.prompts * options.group, using: &generator)
    let dropout =
      policy.options.dropout > 0 ? seeds.seed(.dropout, step: stepCount) : nil
    let found = learner.crossEntropy(of: sequences, dropoutSeed: dropout, into: gradients)
    try update(found.loss, &record)
    record["entropy"] = found.entropy
    record["num_tokens"] = Double(found.tokens)
  }

  /// Problems with their demonstrations.
  func demonstrations(
    _ count: Int, using generator: inout SplitMix64
  ) throws -> [Learner<Element>.Sequence] {
    var sequences = [Learner<Element>.Sequence]()
    for _ in 0..<count { sequences.append(try examiner.demonstration(using: &generator)) }
    return sequences
  }
}

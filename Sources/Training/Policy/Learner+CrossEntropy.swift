package import LinearAlgebra

/// What demonstrations cost a policy.
package struct CrossEntropy: Sendable, Equatable {
  /// The mean negative log-probability of the demonstrations' tokens, in nats.
  package let loss: Double
  /// The mean entropy of the distributions that the tokens were predicted with, in nats.
  package let entropy: Double
  /// How many tokens there are.
  package let tokens: Int
}

extension Learner {
  /// The cross-entropy of demonstrations and its gradient.
  /// - Parameters:
  ///   - demonstrations: Prompts and answers; at least one token is predicted.
  ///   - dropoutSeed: The seed of the masks; nil reads without dropout.
  ///   - gradients: In the order of ``Policy/trained``; overwritten.
  package func crossEntropy(
    of demonstrations: [Sequence], dropoutSeed: UInt64? = nil,
    into gradients: [MatrixView<Element>]
  ) -> CrossEntropy {
    let readings = read(demonstrations, dropoutSeed: dropoutSeed)
    let tokens = readings.reduce(0) { $0 + $1.logProbabilities.count }
    let count = Double(tokens)
    gradient(
      tokenWeights: readings.map { $0.logProbabilities.map { _ in -1 / count } },
      entropyWeights: readings.map { $0.logProbabilities.map { _ in 0 } }, into: gradients)
    return CrossEntropy(
      loss: -readings.reduce(0) { $0 + $1.logProbabilities.reduce(0, +) } / count,
      entropy: readings.reduce(0) { $0 + $1.entropies.reduce(0, +) } / count, tokens: tokens)
  }
}

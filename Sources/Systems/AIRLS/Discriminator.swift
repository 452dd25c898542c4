import Adapters
import LinearAlgebra
import Training

/// A copy of the base with a scalar head at every token, which learns to tell reference traces from the policy's
/// answers. Its logit is the reward: log D − log(1 − D) = f.
///
/// f_t = w · h_t + b + v · log p(o_t): the head reads the output after the token, and what the base, as a language
/// model, says about the token. A head that reads outputs alone must first learn to check a digit that the base had
/// predicted one position before; that takes longer than a small run lasts. `Head.outputs` leaves the last term out.
///
/// A class, because its parameters change in place.
final class Discriminator {
  typealias Answer = (prompt: [Int32], completion: [Int32])

  /// What the scalar head reads.
  enum Head { case outputs, outputsAndLikelihood }

  private let policy: Policy<Float>
  private let learner: Learner<Float>
  private let head: ValueHeads<Float>
  private let gradients: [MatrixView<Float>]
  /// v, 1 × 1; the base's own opinion at first.
  private let likelihoodWeight = MatrixView<Float>(rows: 1, columns: 1)
  private let likelihoodGradient = MatrixView<Float>(rows: 1, columns: 1)
  private let readsLikelihood: Bool
  private let headGradients: [MatrixView<Float>]
  private let optimizer: AdamW<Float>
  private let rate: Double

  /// - Parameters:
  ///   - base: What it is a copy of; all weights are trained.
  ///   - positions: The longest prompt with its answer.
  ///   - rate: The learning rate.
  ///   - reading: What the head reads.
  ///   - seed: Of the head.
  init(
    on base: DecoderModel<Float>, positions: Int, rate: Double, reading: Head, seed: UInt64
  ) throws {
    readsLikelihood = reading == .outputsAndLikelihood
    likelihoodWeight.fill(readsLikelihood ? 1 : 0)
    policy = try Policy(
      base: base, choice: AdapterChoice(parsing: "full"), options: AdapterOptions(),
      targets: TargetModules(), seed: seed)
    learner = Learner(policy, positions: positions + 1, lanes: 1, threads: 1)
    head = ValueHeads(count: 1, width: base.configuration.width, seed: seed)
    gradients = policy.trained.zeros()
    headGradients = head.parameters.zeros()
    optimizer = AdamW(
      policy.trained + head.parameters
        + [OptimizedParameter(name: "likelihood", values: likelihoodWeight)], AdamWOptions())
    self.rate = rate
  }

  /// f after every token of the answers.
  func logits(_ answers: [Answer]) -> [[Double]] { read(answers).logits }

  /// The mean of f over the tokens of each answer, whole or begun; 0 without tokens.
  func scores(_ answers: [Answer]) -> [Double] {
    logits(answers).map { $0.reduce(0, +) / Double(max($0.count, 1)) }
  }

  private struct Reading {
    /// T × C, after every token.
    let outputs: [MatrixView<Float>]
    /// What the base says about the tokens.
    let likelihoods: [[Double]]
    let logits: [[Double]]
  }

  private func read(_ answers: [Answer]) -> Reading {
    let likelihoods =
      readsLikelihood
      ? learner.readReference(answers).map(\.logProbabilities)
      : answers.map { $0.completion.map { _ in 0 } }
    // The first token counts as read, and the one after the last is only predicted: so each row follows its token.
    let outputs = learner.outputs(
      answers.map { ($0.prompt + $0.completion.prefix(1), $0.completion.dropFirst() + [0]) })
    let weight = Double(likelihoodWeight[0, 0])
    return Reading(
      outputs: outputs, likelihoods: likelihoods,
      logits: zip(outputs, likelihoods).map { outputs, likelihoods in
        zip(head.values(outputs).values, likelihoods).map { Double($0) + weight * $1 }
      })
  }

  /// One step on references and on what is none.
  /// - Returns: The loss before it.
  @discardableResult
  func learn(references: [Answer], others: [Answer]) -> Double {
    let reading = read(references + others)
    let isReference = references.map { _ in true } + others.map { _ in false }
    let (loss, slopes) = DiscriminatorLoss.value(reading.logits, isReference: isReference)
    for gradient in headGradients { gradient.fill(0) }
    likelihoodGradient[0, 0] =
      readsLikelihood
      ? Float(
        zip(slopes.joined(), reading.likelihoods.joined()).reduce(0) { $0 + $1.0 * $1.1 }) : 0
    let outputSlopes = zip(reading.outputs, slopes).map { output, slopes in
      let column = MatrixView<Float>(rows: output.rows, columns: 1)
      for (place, slope) in slopes.enumerated() { column[place, 0] = Float(slope) }
      head.addGradient(of: column, states: output, to: headGradients)
      let result = MatrixView<Float>(rows: output.rows, columns: output.columns)
      result.multiply(column, head.weight)
      return result
    }
    learner.gradient(outputs: outputSlopes, into: gradients)
    let all = gradients + headGradients + [likelihoodGradient]
    _ = GradientClipping.clip(all, to: 1)
    optimizer.step(gradients: all, rate: rate)
    policy.refresh()
    return loss
  }
}

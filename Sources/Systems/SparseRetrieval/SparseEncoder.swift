import Adapters
import LinearAlgebra
import Training

/// A decoder whose language model's head says which words represent a text; trained by gradients of the weights.
///
/// A class, because its parameters change in place.
final class SparseEncoder {
  let policy: Policy<Float>
  private let learner: Learner<Float>
  private let isTwiceLogarithmic: Bool
  private let closing: Int32
  private let gradients: [MatrixView<Float>]
  private let optimizer: AdamW<Float>
  /// Of the last texts: outputs of the last layer, positions × C, and what was made of them.
  private var outputs: [MatrixView<Float>] = []
  private var representations: [SparseRepresentation] = []

  init(_ policy: Policy<Float>, of corpus: some RetrievalCorpus, isTwiceLogarithmic: Bool) {
    self.policy = policy
    self.isTwiceLogarithmic = isTwiceLogarithmic
    closing = corpus.closing
    learner = Learner(
      policy, positions: corpus.documentLength + 1, lanes: 1, threads: 1)
    gradients = policy.trained.zeros()
    optimizer = AdamW(policy.trained, AdamWOptions())
  }

  private var head: MatrixView<Float> { policy.weights[policy.base.layout.head] }

  /// Texts as weights of words.
  func encode(_ texts: [[Int32]]) -> [SparseRepresentation] {
    // The row of every word is needed, so every word but the first is predicted, and one after the last.
    outputs = learner.outputs(texts.map { ([$0[0]], $0.dropFirst() + [closing]) })
    representations = outputs.map { output in
      let logits = MatrixView<Float>(rows: output.rows, columns: head.rows)
      logits.multiply(output, head, .transposed)
      return SparseRepresentation(logits, isTwiceLogarithmic: isTwiceLogarithmic)
    }
    return representations
  }

  /// One step of Adam.
  /// - Parameter slopes: ∂L/∂d for every word of every text that was encoded last.
  func learn(_ slopes: [[Float]], rate: Double) {
    let headGradient = MatrixView<Float>(rows: head.rows, columns: head.columns)
    var outputSlopes = [MatrixView<Float>]()
    for (index, output) in outputs.enumerated() {
      let text = representations[index]
      let logits = MatrixView<Float>(rows: output.rows, columns: head.rows)
      for word in slopes[index].indices where text.slopes[word] != 0 {
        logits[Int(text.positions[word]), word] = slopes[index][word] * text.slopes[word]
      }
      let slope = MatrixView<Float>(rows: output.rows, columns: output.columns)
      slope.multiply(logits, head)
      outputSlopes.append(slope)
      headGradient.multiply(logits, .transposed, output, keeping: 1)
    }
    learner.gradient(outputs: outputSlopes, head: headGradient, into: gradients)
    _ = GradientClipping.clip(gradients, to: 1)
    optimizer.step(gradients: gradients, rate: rate)
    policy.refresh()
  }
}

import Foundation
package import LinearAlgebra
import Training

/// What a word of a query weighs, looked up without a model.
package enum QueryTable {
  /// log(1 + (N − df + ½)/(df + ½)) from the words of N documents.
  package static func inverseDocumentFrequency(_ documents: [[Int32]], vocabulary: Int) -> [Float] {
    var counts = [Int](repeating: 0, count: vocabulary)
    for words in documents { for word in Set(words) { counts[Int(word)] += 1 } }
    let total = Double(documents.count)
    return counts.map { Float(log(1 + (total - Double($0) + 0.5) / (Double($0) + 0.5))) }
  }
}

/// A table that is learnt: t_j = log(1 + ReLU(wᵀE_j + b)), with E_j the frozen input embedding of word j.
///
/// **Source:** Nardini et al., "Effective inference-free retrieval for learned sparse representations" (Li-LSR), 2025,
/// arXiv 2505.01452.
package struct LearnedQueryTable {
  /// V × C.
  private let embeddings: MatrixView<Float>
  /// 1 × C, and 1 × 1.
  private let weight: MatrixView<Float>
  private let bias: MatrixView<Float>
  private let gradients: [MatrixView<Float>]
  private let optimizer: AdamW<Float>

  /// Every word weighs log 2 at first.
  package init(embeddings: MatrixView<Float>) {
    self.embeddings = embeddings
    weight = MatrixView(rows: 1, columns: embeddings.columns)
    bias = MatrixView(rows: 1, columns: 1)
    bias.fill(1)
    gradients = [weight, bias].map { MatrixView(rows: $0.rows, columns: $0.columns) }
    optimizer = AdamW(
      [
        OptimizedParameter(name: "query.weight", values: weight),
        OptimizedParameter(name: "query.bias", values: bias),
      ], AdamWOptions())
  }

  private var scores: [Float] {
    let result = MatrixView<Float>(rows: embeddings.rows, columns: 1)
    result.multiply(embeddings, weight, .transposed)
    return result.values.map { $0 + bias[0, 0] }
  }

  package var table: [Float] { scores.map { log1p(max($0, 0)) } }

  /// One step of Adam.
  /// - Parameter slopes: ∂L/∂t, one per word.
  package func learn(_ slopes: [Float], rate: Double) {
    for gradient in gradients { gradient.fill(0) }
    for (word, score) in scores.enumerated() where score > 0 && slopes[word] != 0 {
      let slope = slopes[word] / (1 + score)
      gradients[0].add(embeddings.rows(word..<word + 1), scale: slope)
      gradients[1][0, 0] += slope
    }
    optimizer.step(gradients: gradients, rate: rate)
  }
}

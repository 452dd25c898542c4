import Foundation
package import LinearAlgebra

/// A text as weights of words: d_j = log(1 + ReLU z_j), where z_j is the largest logit of word j over positions.
///
/// **Source:** Formal et al., "SPLADE v2", 2021, arXiv 2109.10086, equations 1 and 6; the second logarithm: Shen et
/// al., "Exploring ℓ0 sparsification for inference-free sparse retrievers", 2025, arXiv 2504.14839.
package struct SparseRepresentation {
  /// d_j, one per word.
  package let weights: [Float]
  /// ∂d_j/∂z_j; 0 where the word is absent.
  package let slopes: [Float]
  /// The position whose logit is the largest.
  package let positions: [Int32]

  /// - Parameters:
  ///   - logits: Positions × words.
  ///   - isTwiceLogarithmic: Whether the logarithm is taken of the logarithm again, as with the ℓ0 mask.
  package init(_ logits: MatrixView<Float>, isTwiceLogarithmic: Bool) {
    let words = logits.columns
    var largest = logits.rows(0..<1).values
    var positions = [Int32](repeating: 0, count: words)
    for row in 1..<max(logits.rows, 1) {
      for (word, value) in logits.rows(row..<row + 1).values.enumerated()
      where value > largest[word] {
        largest[word] = value
        positions[word] = Int32(row)
      }
    }
    var weights = [Float](repeating: 0, count: words)
    var slopes = weights
    for word in 0..<words where largest[word] > 0 {
      let once = log1p(largest[word])
      weights[word] = isTwiceLogarithmic ? log1p(once) : once
      slopes[word] = 1 / (1 + largest[word]) / (isTwiceLogarithmic ? 1 + once : 1)
    }
    (self.weights, self.slopes, self.positions) = (weights, slopes, positions)
  }

  /// How many words it has.
  package var nonZeros: Int { weights.count { $0 > 0 } }
}

import LinearAlgebra

/// What a batch of documents pays for the words that represent it: FLOPS = Σ_j (mean over documents of d_j)².
///
/// With the ℓ0 mask, documents that are sparse enough already pay nothing.
///
/// **Source:** Paria et al., "Minimizing FLOPs to learn efficient sparse representations", 2020, arXiv 2004.05665;
/// the mask: Shen et al., 2025, arXiv 2504.14839; the ramp: Formal et al., 2021, arXiv 2107.05720.
package struct SparsityPenalty {
  /// λ at the end of the ramp.
  package let weight: Double
  /// T: the steps over which λ grows, as (t/T)².
  package let ramp: Int
  /// Documents with fewer words than this pay nothing; nil without the mask.
  package let fewestWords: Int?

  package init(weight: Double, ramp: Int, fewestWords: Int?) {
    self.weight = weight
    self.ramp = ramp
    self.fewestWords = fewestWords
  }

  /// λ at a step, counted from 0.
  package func weight(at step: Int) -> Double {
    let share = min(1, Double(step) / Double(max(ramp, 1)))
    return weight * share * share
  }

  /// The penalty without λ, and its derivatives by the weights of each document.
  package func value(_ documents: [SparseRepresentation]) -> (value: Double, slopes: [[Float]]) {
    guard let words = documents.first?.weights.count else { return (0, []) }
    let pays = documents.map { document in
      fewestWords.map { document.nonZeros >= $0 } ?? true
    }
    let count = Float(documents.count)
    var means = [Float](repeating: 0, count: words)
    for (document, pays) in zip(documents, pays) where pays {
      for word in 0..<words { means[word] += document.weights[word] / count }
    }
    let value = means.reduce(0.0) { $0 + Double($1) * Double($1) }
    let slope = means.map { 2 * $0 / count }
    let none = [Float](repeating: 0, count: words)
    return (value, pays.map { $0 ? slope : none })
  }
}

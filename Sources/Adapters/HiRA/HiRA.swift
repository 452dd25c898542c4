/// A low-rank product that multiplies the base entry by entry: ΔW = W ∘ (BA), which in general has full rank.
///
/// | tensors | shape | W |
/// | --- | --- | --- |
/// | `hira_A`, `hira_B` | r × in, out × r | out × in |
/// | the same of a convolution | r × in × kernel, out × r × 1… | out × (in · kernel) |
/// | `hira_embedding_A`, `hira_embedding_B` | r × V, D × r | V × D: ΔW = W ∘ (BA)ᵀ |
///
/// There is no scale.
///
/// **Source:** Huang et al., "HiRA: parameter-efficient Hadamard high-rank adaptation for large language models", ICLR
/// 2025; PEFT `tuners/hira/layer.py`.
package enum HiRA: AdapterMethod {
  package static let key = "hira"
  package static let summary = "low-rank product that multiplies the base entry by entry"
  package static let peftTypes = ["HIRA"]

  static let input = "hira_A"
  static let output = "hira_B"
  static let embeddingInput = "hira_embedding_A"
  static let embeddingOutput = "hira_embedding_B"
}

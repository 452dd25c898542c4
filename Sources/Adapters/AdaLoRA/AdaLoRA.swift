/// Adaptive rank: W₊ = W + κ·B·diag(E)·A, κ = α/(r₀ + 10⁻⁵), r₀ the rank before pruning.
///
/// | tensor | shape |
/// | --- | --- |
/// | `lora_A` | r × in |
/// | `lora_B` | out × r |
/// | `lora_E` | r × 1 |
///
/// A file leaves out pruned triplets; `rank_pattern` says which triplets remain.
///
/// **Source:** Zhang et al., "AdaLoRA: adaptive budget allocation for parameter-efficient
/// fine-tuning", 2023, arXiv 2303.10512, equations 3 and 4; the divisor is PEFT's.
package enum AdaLoRA: AdapterMethod {
  package static let key = "adalora"
  package static let summary = "product in the shape of an SVD, whose rank is pruned in training"
  package static let peftTypes = ["ADALORA"]

  static let inputFactor = "lora_A"
  static let outputFactor = "lora_B"
  static let gate = "lora_E"
  static let names = [inputFactor, outputFactor, gate]

  /// The indices of A, B and E among the parameters.
  static let input = 0
  static let output = 1
  static let gates = 2

  /// κ, always computed from the rank before pruning.
  static func scale(alpha: Double, initialRank: Int) -> Double {
    alpha / (Double(initialRank) + 1e-5)
  }

  /// The key of a module in `rank_pattern`.
  static func patternKey(of module: String) -> String { "\(module).\(gate)" }
}

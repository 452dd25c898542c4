/// Weight-decomposed adaptation: W₊ = (m/‖V‖) · V with V = W + s·BA.
///
/// m has one value per output feature, and ‖V‖ is the norm of that feature's weights. The tensors are those of
/// ``LoRA`` and `lora_magnitude_vector`, which holds m.
///
/// **Source:** Liu et al., "DoRA: weight-decomposed low-rank adaptation", 2024, arXiv 2402.09353,
/// equations 5 and 11.
package enum DoRA: AdapterMethod {
  package static let key = "dora"
  package static let summary = "LoRA in direction, with a trained magnitude per output feature"
  package static let peftTypes = ["LORA"]

  static let magnitude = "lora_magnitude_vector"
  /// The index of m among the parameters, after A and B.
  static let magnitudes = 2
}

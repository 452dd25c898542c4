/// LoRA whose factors are put together from a bank of vectors that all modules share: ΔW = B·A. Each piece of A and B is
/// a weighted sum of k vectors of the bank, by the softmax of the k largest of its logits.
///
/// | tensor | shape |
/// | --- | --- |
/// | `vblora_vector_bank`, shared | n × length |
/// | `vblora_logits_A` | r × in/length × n |
/// | `vblora_logits_B` | out/length × r × n |
/// | `vblora_logits_A_topk_indices`, `…_weights`, likewise of B | …× k, … × (k − 1), in place of the logits |
///
/// If only the largest weights are saved (`save_only_topk_weights`), the last is 1 less the sum of the others.
///
/// **Source:** Li, Han, Ji, "VB-LoRA: extreme parameter efficient fine-tuning with vector banks", 2024,
/// arXiv 2405.15179, equation 3; PEFT, `tuners/vblora/layer.py` and `model.py`.
package enum VBLoRA: AdapterMethod {
  package static let key = "vblora"
  package static let summary = "LoRA from sums of vectors of a bank that all modules share"
  package static let peftTypes = ["VBLORA"]

  static let bank = "vblora_vector_bank"
  static let inputLogits = "vblora_logits_A"
  static let outputLogits = "vblora_logits_B"
  /// What follows the name of logits if only the largest weights are saved.
  static let indices = "_topk_indices"
  static let weights = "_topk_weights"
}

/// LoRA whose factors take all their entries from one vector that all modules share: ΔW = B·A,
/// A = θ[i_A] ∘ s_A, B = θ[i_B] ∘ s_B.
///
/// | tensor | shape | |
/// | --- | --- | --- |
/// | `unilora_theta_d`, shared | d | θ |
/// | `unilora_indices_A`, `unilora_indices_B` | r × in, out × r | places in θ |
/// | `unilora_scales_A`, `unilora_scales_B` | r × in, out × r | 1/√(how often the entry of θ is used) |
///
/// PEFT saves places and scales only with `save_indices`. Otherwise it draws them again over all modules in the order of
/// the model, which no file holds.
///
/// **Source:** Li et al., "Uni-LoRA: one vector is all you need", 2025, arXiv 2506.00799, equation 2; PEFT,
/// `tuners/unilora/layer.py` and `model.py`.
package enum UniLoRA: AdapterMethod {
  package static let key = "unilora"
  package static let summary = "LoRA whose entries come from one vector of all modules"
  package static let peftTypes = ["UNILORA"]

  static let vector = "unilora_theta_d"
  static let inputPlaces = "unilora_indices_A"
  static let outputPlaces = "unilora_indices_B"
  static let inputScales = "unilora_scales_A"
  static let outputScales = "unilora_scales_B"
}

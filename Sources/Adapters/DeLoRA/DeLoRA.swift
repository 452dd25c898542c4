/// LoRA with normalised factors and a trained strength: ΔW = B · diag(λ / (r · ‖Aᵢ‖ · ‖Bᵢ‖)) · A · diag(w).
///
/// | tensor | shape | |
/// | --- | --- | --- |
/// | `delora_A`, `delora_B` | r × in, out × r | norms below 10⁻⁴ count as 10⁻⁴ |
/// | `delora_lambda` | 1 | λ |
/// | `delora_w_norm` | in | w: the norms of the base's columns when training began |
///
/// **Source:** Bini, Girrbach, Akata, "DeLoRA: decoupling angles and strength in low-rank adaptation", 2025,
/// arXiv 2503.18225, equation 7; PEFT, `tuners/delora/layer.py`.
package enum DeLoRA: AdapterMethod {
  package static let key = "delora"
  package static let summary = "LoRA of normalised factors with a trained strength"
  package static let peftTypes = ["DELORA"]

  static let inputFactor = "delora_A"
  static let outputFactor = "delora_B"
  static let strength = "delora_lambda"
  static let baseNorms = "delora_w_norm"
  static let smallestNorm = 1e-4
}

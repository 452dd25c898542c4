/// Granular LoRA: the weight is cut into k × k blocks, each a product of rank r/k. With s = α/(r + h),
/// block (j, n), of the outputs j and the inputs n, is s · (A[n][:, j-th part] · B[j][n-th part, :])ᵀ. The hybrid form
/// adds s · B_g·A_g of rank h.
///
/// | tensor | shape |
/// | --- | --- |
/// | `gralora_A` | k × in/k × r |
/// | `gralora_B` | k × r × out/k |
/// | `gralora_A_general.weight`, `gralora_B_general.weight` | h × in, out × h, in the hybrid form only |
///
/// **Source:** Jung et al., "GraLoRA: granular low-rank adaptation for parameter-efficient fine-tuning", 2025,
/// arXiv 2505.20355, equation 6; PEFT, `tuners/gralora/layer.py`.
package enum GraLoRA: AdapterMethod {
  package static let key = "gralora"
  package static let summary = "a product of low rank for each block of the weight"
  package static let peftTypes = ["GRALORA"]

  static let inputBlocks = "gralora_A"
  static let outputBlocks = "gralora_B"
  static let inputFactor = "gralora_A_general.weight"
  static let outputFactor = "gralora_B_general.weight"
}

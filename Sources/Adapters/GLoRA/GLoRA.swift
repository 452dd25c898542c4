/// Five paths that scale and shift weight and bias: W₊ = W + W ∘ A + B, b₊ = b + b ∘ D + E + W·C.
///
/// | path | `lora` | `vector` | `constant` |
/// | --- | --- | --- | --- |
/// | `glora_A`, `glora_B` | `Xd` · `Xu`, out × r · r × in | `X`, out × 1, for every column | `X`, one number |
/// | `glora_C` | `Xd` · `Xu`, in × r · r × 1 | `X`, in × 1 | |
/// | `glora_D`, `glora_E` | | `X`, out | `X`, one number |
///
/// A path that is switched off is saved as `zeros`. C, D and E exist only where there is a bias.
///
/// **Source:** Chavan, Liu, Gupta, Xing, Shen, "One-for-all: generalized LoRA for parameter-efficient fine-tuning",
/// 2023, arXiv 2306.07967; PEFT `tuners/glora/layer.py`.
package enum GLoRA: AdapterMethod {
  package static let key = "glora"
  package static let summary = "low-rank or vector paths that scale and shift weight and bias"
  package static let peftTypes = ["GLORA"]

  static let weightFactor = "glora_A"
  static let weightTerm = "glora_B"
  static let inputTerm = "glora_C"
  static let biasFactor = "glora_D"
  static let biasTerm = "glora_E"
  static let paths = [weightFactor, weightTerm, inputTerm, biasFactor, biasTerm]
}

/// A small trained matrix between the largest singular vectors of the base: W₊ = W + s·(UᵣΣᵣ)·R·Vᵣᵀ, s = α/r.
///
/// PEFT has no such adapter. A file is a plain LoRA with A = Vᵣᵀ and B = UᵣΣᵣR.
///
/// **Source:** Bałazy, Banaei, Aberer, Tabor, "LoRA-XS: low-rank adaptation with extremely small number of parameters",
/// 2024, arXiv 2405.17604, section 3. Differs: R starts at 0, not at random numbers of 10⁻⁵, so that step 0 is the base.
package enum LoRAXS: AdapterMethod {
  package static let key = "lora-xs"
  package static let summary = "an r × r matrix between frozen largest singular vectors"
  package static let peftTypes: [String] = []

  /// The indices of R, Vᵣᵀ and UᵣΣᵣ among the parameters.
  static let middle = 0
  static let input = 1
  static let output = 2
}

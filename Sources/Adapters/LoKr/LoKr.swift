/// A Kronecker product: ΔW = (α/r) W₁ ⊗ W₂.
///
/// | tensor | shape | what it is |
/// | --- | --- | --- |
/// | `lokr_w1` | a × c | W₁ whole |
/// | `lokr_w1_a`, `lokr_w1_b` | a × r, r × c | W₁ as a product |
/// | `lokr_w2` | b × d × kernel | W₂ whole |
/// | `lokr_w2_a`, `lokr_w2_b` | b × r, r × (d · kernel) | W₂ as a product |
/// | `lokr_w2_a`, `lokr_w2_b`, `lokr_t2` | r × b, r × d, r × r × kernel | W₂ of a convolution, as in LoHa |
///
/// out = a·b, in = c·d. The scale is α over the configured r also where nothing of rank r was saved.
///
/// **Source:** Edalati et al., "KronA: parameter efficient tuning with Kronecker adapter", 2022, arXiv 2212.10650;
/// Yeh et al., "Navigating text-to-image customization: from LyCORIS fine-tuning to model evaluation", 2023, arXiv
/// 2309.14859; PEFT `tuners/lokr/layer.py`, after LyCORIS.
package enum LoKr: AdapterMethod {
  package static let key = "lokr"
  package static let summary = "Kronecker product of a small and a low-rank matrix"
  package static let peftTypes = ["LOKR"]

  static let first = "lokr_w1"
  static let firstFactors = LowRankTensorNames(output: "lokr_w1_a", input: "lokr_w1_b")
  static let second = "lokr_w2"
  static let secondFactors = LowRankTensorNames(
    output: "lokr_w2_a", input: "lokr_w2_b", core: "lokr_t2")
}

/// A small network of the weight itself: ΔWᵀ = s · N(WᵀAᵀ) Bᵀ, row by row of Wᵀ.
///
/// | tensor | shape |
/// | --- | --- |
/// | `peanut_A.weight` | r × out |
/// | `peanut_encoders.I.weight`, `peanut_decoders.I.weight` | r × r, I from 0 to `depth` − 1 |
/// | `peanut_B.weight` | out × r |
///
/// With σ = `act_fn`, N(x) = σ(x) for `depth` 0. Else h₀ = σ(x), hᵢ₊₁ = σ(Eᵢhᵢ), and back from g = h_depth:
/// g ← σ(Dᵢg) + h_{depth − 1 − i}. s = `scaling`. Whatever the depth, ΔW has the rank r.
///
/// **Source:** Zhong et al., "PEANuT: parameter-efficient adaptation with weight-aware neural tweakers", 2024, arXiv
/// 2410.01870; PEFT `tuners/peanut/layer.py`.
package enum PEANuT: AdapterMethod {
  package static let key = "peanut"
  package static let summary = "low-rank update that a small network makes from the base"
  package static let peftTypes = ["PEANUT"]

  static let input = "peanut_A.weight"
  static let output = "peanut_B.weight"
  static func encoder(_ index: Int) -> String { "peanut_encoders.\(index).weight" }
  static func decoder(_ index: Int) -> String { "peanut_decoders.\(index).weight" }
  /// Layers beyond this are not recognised; trained ones have a few.
  static let mostLayers = 64
}

/// A subspace of the outputs is taken out of W and another low-rank part put in: ΔW = Q (s·R − VᵀW).
///
/// `deft_P` is out × r, `deft_R` r × in.
///
/// | `decomposition_method` | Q | V |
/// | --- | --- | --- |
/// | `relu` (the default) | P | max(P, 0) |
/// | `qr` | the orthonormal factor of P = QR | Q |
///
/// s = `alpha`/r, or 1 without `alpha`. With `para` (the method PaRa) there is no R and ΔW = −QVᵀW.
///
/// **Source:** "DEFT: decompositional efficient fine-tuning for text-to-image models", NeurIPS 2025; PEFT `tuners/deft/layer.py`.
package enum DEFT: AdapterMethod {
  package static let key = "deft"
  package static let summary = "low-rank part put in place of a projection of the base"
  package static let peftTypes = ["DEFT"]

  static let projection = "deft_P"
  static let injection = "deft_R"

  /// How Q and V come from P.
  enum Decomposition { case rectified, orthonormal }
}

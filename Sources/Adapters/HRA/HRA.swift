/// A chain of reflections of the inputs: W₊ = W H₁ … H_r, Hᵢ = I − 2uᵢuᵢᵀ/‖uᵢ‖²; with `apply_GS` W₊ = W (I − 2QQᵀ),
/// where the columns of Q are the uᵢ made orthonormal by Gram and Schmidt.
///
/// `hra_u` is in × r (in · kernel for a convolution), one vector a column.
///
/// **Source:** Yuan, Liu, Xu, "Bridging the gap between low-rank and orthogonal adaptation via Householder reflection
/// adaptation", 2024, arXiv 2405.17484; PEFT `tuners/hra/layer.py`.
package enum HRA: AdapterMethod {
  package static let key = "hra"
  package static let summary = "chain of Householder reflections of the inputs"
  package static let peftTypes = ["HRA"]

  static let vectors = "hra_u"
}

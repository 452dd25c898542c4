/// A sparse matrix and a diagonal between two bases: W₊ = U (S + diag(λ)) Vᵀ.
///
/// | tensor | shape | what it is |
/// | --- | --- | --- |
/// | `frod_lambda_l` | in | λ |
/// | `frod_lambda_s_values` | n | the entries of S |
/// | `frod_s_indices.KIND`, shared | 2 × n | their rows and columns |
/// | `frod_s_size.KIND`, shared | 2 | in, in |
/// | `frod_V.KIND`, shared | in × in | V, a joint basis of the weights of this kind in all layers |
///
/// The kind of a module is what follows the layer's number in its name, such as `self_attn_q_proj`. U is not saved: its
/// columns are those of W·V⁻ᵀ, made unit vectors (those shorter than 10⁻¹² become zero), in single precision as in PEFT.
///
/// **Source:** Wan et al., "FRoD: full-rank efficient fine-tuning with rotational degrees for fast convergence", 2025,
/// arXiv 2512.23485; PEFT `tuners/frod/model.py` and `layer.py`.
package enum FRoD: AdapterMethod {
  package static let key = "frod"
  package static let summary =
    "sparse change between a basis of each weight and one that layers share"
  package static let peftTypes = ["FROD"]

  static let diagonal = "frod_lambda_l"
  static let entries = "frod_lambda_s_values"
  static let positions = "frod_s_indices"
  static let sizes = "frod_s_size"
  static let basis = "frod_V"

  /// The modules that share a basis: the last one or two parts of the name, as PEFT names them.
  static func kind(of module: String) -> String {
    let parts = module.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, let last = parts.last else { return module }
    let owner = parts[parts.count - 2]
    if !owner.isEmpty, owner.allSatisfy(\.isNumber) { return String(last) }
    let isAttentionOutput =
      owner == "output" && last == "dense" && parts.dropLast(2).last == "attention"
    return isAttentionOutput ? "attention_output" : "\(owner)_\(last)"
  }
}

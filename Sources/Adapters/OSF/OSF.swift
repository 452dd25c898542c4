/// The small singular values of W, with their vectors, trained: W₊ = the k largest triplets of W + U·diag(s)·V.
///
/// `osf_svd_params.U_low` is out × p, `.S_low` p, `.V_low` p × in, and k = min(out, in) − p. The options
/// `effective_rank` and `rank_pattern` give k; the tensors tell it as well. The file holds no triplets of W; they are
/// computed from the base.
///
/// **Source:** Nayak et al., "Sculpting subspaces: constrained full fine-tuning in LLMs for continual learning", 2025,
/// arXiv 2504.07097; PEFT `tuners/osf/layer.py`.
package enum OSF: AdapterMethod {
  package static let key = "osf"
  package static let summary = "singular triplets of the base below the largest ones, trained"
  package static let peftTypes = ["OSF"]

  static let left = "osf_svd_params.U_low"
  static let values = "osf_svd_params.S_low"
  static let right = "osf_svd_params.V_low"
}

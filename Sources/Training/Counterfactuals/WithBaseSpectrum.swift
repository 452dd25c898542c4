public import LinearAlgebra

/// The trained singular vectors with the pretrained singular values: U₊ Σ₀ V₊ᵀ. If training turned directions
/// and left the spectrum alone, nothing is lost.
///
/// **Source:** the rule of restoring a spectrum is that of isospectral studies of reinforcement learning
/// (2026); see docs/studies/spectral-collapse.md.
public enum WithBaseSpectrum: Counterfactual {
  public static let name = "accuracy_with_base_spectrum"
  public static let summary = "trained directions, pretrained singular values"

  public static func weight(of layer: CounterfactualLayer) throws -> Matrix? {
    let trained = try SingularTriplets(of: layer.effective)
    let base = try SingularTriplets(of: layer.base)
    return trained.left * Matrix.diagonal(base.values) * trained.right
  }
}

public import LinearAlgebra

/// The pretrained singular vectors with the trained singular values: U₀ Σ₊ V₀ᵀ. What the change of the spectrum
/// does without any turn.
public enum SpectrumAlone: Counterfactual {
  public static let name = "accuracy_of_spectrum_alone"
  public static let summary = "pretrained directions, trained singular values"

  public static func weight(of layer: CounterfactualLayer) throws -> Matrix? {
    let trained = try SingularTriplets(of: layer.effective)
    let base = try SingularTriplets(of: layer.base)
    return base.left * Matrix.diagonal(trained.values) * base.right
  }
}

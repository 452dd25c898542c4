public import LinearAlgebra

/// The trained factors on the pretrained base: what is loaded when the residual base of a start that takes its
/// factors out of the base (PiSSA, MiLoRA) is forgotten. W + s·BA in place of W − s·B₀A₀ + s·BA.
public enum WithoutResidual: Counterfactual {
  public static let name = "accuracy_without_residual"
  public static let summary = "the factors on the pretrained base, their residual base forgotten"

  public static func weight(of layer: CounterfactualLayer) -> Matrix? {
    layer.frozen == layer.base ? nil : layer.effective - layer.frozen + layer.base
  }
}

package import LinearAlgebra

// Adapters that are reloaded with twice the scale that they were trained at: the saved configuration may have another α
// than the training had.

/// The trained factors at twice their scale, on the frozen weight of training: W₀ + 2(W₊ − W₀).
package enum DoubledScale: Counterfactual {
  package static let name = "accuracy_at_doubled_scale"
  package static let summary = "the factors at twice the scale that they were trained at"

  package static func weight(of layer: CounterfactualLayer) -> Matrix? {
    layer.isScaled ? layer.frozen + 2 * (layer.effective - layer.frozen) : nil
  }
}

/// The trained factors at twice their scale on the pretrained base, if the start took its own out of the base.
package enum DoubledScaleWithoutResidual: Counterfactual {
  package static let name = "accuracy_without_residual_at_doubled_scale"
  package static let summary =
    "both: the residual base forgotten, and the factors at twice their scale"

  package static func weight(of layer: CounterfactualLayer) -> Matrix? {
    layer.isScaled && layer.leavesResidual
      ? layer.base + 2 * (layer.effective - layer.frozen) : nil
  }
}

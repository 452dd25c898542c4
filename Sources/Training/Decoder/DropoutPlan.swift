import LinearAlgebra

/// Dropout on the adapter paths of one forward and backward pass.
///
/// The effective weight holds scale · B · A already, so a layer adds only the difference: scale · B · A
/// applied to x ∘ (mask − 1).
public struct DropoutPlan<Element: KernelScalar> {
  /// The path beside one linear layer.
  struct Path {
    /// r × in, out × r.
    let inputFactor: MatrixView<Element>, outputFactor: MatrixView<Element>
    let scale: Element
    /// Where their gradients go; absent in a pass that only looks.
    let inputGradient: MatrixView<Element>?, outputGradient: MatrixView<Element>?
  }

  let masks: DropoutMasks
  /// By the slot of the layer's weight.
  let paths: [Int: Path]
  /// Of the rows that are read at present.
  private var rowKeys: [UInt64] = []

  init(masks: DropoutMasks, paths: [Int: Path]) {
    self.masks = masks
    self.paths = paths
  }

  /// The same plan for rows with these keys.
  func reading(_ rowKeys: [UInt64]) -> DropoutPlan {
    var result = self
    result.rowKeys = rowKeys
    return result
  }

  /// x ∘ (mask − 1) for the inputs of a layer.
  func drop(_ x: MatrixView<Element>, layer slot: Int, into y: MatrixView<Element>) {
    y.dropoutDifference(
      x, probability: masks.probability, seed: masks.seed(ofLayer: slot), keys: rowKeys)
  }
}

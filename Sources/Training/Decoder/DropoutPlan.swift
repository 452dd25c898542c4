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

  let probability: Double
  let seed: UInt64
  /// By the slot of the layer's weight.
  let paths: [Int: Path]

  /// Each layer draws its own mask.
  func seed(of slot: Int) -> UInt64 { seed &+ UInt64(slot) &* 0xD1B5_4A32_D192_ED03 }
}

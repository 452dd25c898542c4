public import LinearAlgebra

/// A number for which the fused loops of a decoder exist: `Float` trains, `Double` checks gradients.
public protocol KernelScalar: DenseScalar {
  /// The loops of C for this precision.
  @unsafe static var loops: DecoderLoops<Self> { get }
}

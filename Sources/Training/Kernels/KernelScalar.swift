/// A number for which the fused loops of a decoder exist: `Float` trains, `Double` checks gradients.
public protocol KernelScalar: OptimizerScalar {
  /// The loops of C for this precision.
  @unsafe static var loops: DecoderLoops<Self> { get }
}

import CKernels
public import LinearAlgebra

/// The table of C functions of one precision; `Decoder.h` says what each does.
///
/// Only extensions of matrix views call them, after checking every shape.
@unsafe public struct DecoderLoops<Real: DenseScalar>: Sendable {
  typealias Source = UnsafePointer<Real>?
  typealias Target = UnsafeMutablePointer<Real>?
  typealias Indices = UnsafePointer<Int32>?

  let rmsNorm: @Sendable (Source, Source, Real, Real, Target, Target, Int, Int) -> Void
  let rmsNormBackward:
    @Sendable (Source, Source, Source, Real, Source, Target, Target, Int, Int) -> Void
  let rope: @Sendable (Target, Int, Indices, Source, Source, Real, Int, Int, Int) -> Void
  let gate: [Activation: @Sendable (Source, Source, Target, Int) -> Void]
  let gateBackward: [Activation: @Sendable (Source, Target, Target, Int) -> Void]
  let attention:
    @Sendable (
      Source, Int, Source, Source, Int, Int, Int, Int, Int, Real, Int, Target, Target, Target
    ) -> Void
  let attentionBackward:
    @Sendable (
      Source, Int, Source, Source, Int, Int, Int, Int, Int, Real, Int, Source, Source, Target,
      Target,
      Target, Target
    ) -> Void
  let cachedAttention:
    @Sendable (
      Source, Int, Source, Source, Source, Source, Int, Target, Target, Int, Int,
      UnsafePointer<sigmascope_place>?, Int, Int, Int, Int, Real, Int, Target, Target
    ) -> Void
  let addBias: @Sendable (Target, Source, Int, Int) -> Void
  let addColumnSums: @Sendable (Source, Target, Int, Int) -> Void
  let embed: @Sendable (Source, Indices, Real, Target, Int, Int) -> Void
  let embedBackward: @Sendable (Source, Indices, Real, Target, Int, Int) -> Void
  let logProbabilities:
    @Sendable (
      Source, Indices, Real, UnsafeMutablePointer<Double>?, UnsafeMutablePointer<Double>?, Int, Int
    ) -> Void
  let logProbabilitiesBackward:
    @Sendable (
      Target, Indices, Real, UnsafePointer<Double>?, UnsafePointer<Double>?, Int, Int
    ) -> Void
  let sample:
    @Sendable (
      Source, Real, UnsafePointer<Double>?, UnsafeMutablePointer<Int32>?,
      UnsafeMutablePointer<Double>?, Int, Int
    ) -> Void
  let pack: @Sendable (Source, Int, Int32, Int, Int, Target) -> Void
  let product: @Sendable (Source, Int, Source, Int, Int, Int, Real, Real, Target, Int) -> Void
  let dropoutDifference:
    @Sendable (Source, Target, Double, UInt64, UnsafePointer<UInt64>?, Int, Int) -> Void
}

/// The activation function of the feed-forward gate.
public enum Activation: String, Sendable, Hashable, CaseIterable {
  case silu
  /// GELU in its tanh form.
  case geluTanh = "gelu_pytorch_tanh"
}

extension Float: KernelScalar {
  public static let loops = unsafe DecoderLoops<Float>(
    rmsNorm: sigmascope_rmsnorm_f32, rmsNormBackward: sigmascope_rmsnorm_backward_f32,
    rope: sigmascope_rope_f32,
    gate: [.silu: sigmascope_swiglu_f32, .geluTanh: sigmascope_geglu_f32],
    gateBackward: [
      .silu: sigmascope_swiglu_backward_f32, .geluTanh: sigmascope_geglu_backward_f32,
    ],
    attention: sigmascope_attention_f32, attentionBackward: sigmascope_attention_backward_f32,
    cachedAttention: sigmascope_cached_attention_f32,
    addBias: sigmascope_add_bias_f32, addColumnSums: sigmascope_add_column_sums_f32,
    embed: sigmascope_embed_f32, embedBackward: sigmascope_embed_backward_f32,
    logProbabilities: sigmascope_log_probabilities_f32,
    logProbabilitiesBackward: sigmascope_log_probabilities_backward_f32,
    sample: sigmascope_sample_f32, pack: sigmascope_pack_f32, product: sigmascope_product_f32,
    dropoutDifference: sigmascope_dropout_difference_f32)
}

extension Double: KernelScalar {
  public static let loops = unsafe DecoderLoops<Double>(
    rmsNorm: sigmascope_rmsnorm_f64, rmsNormBackward: sigmascope_rmsnorm_backward_f64,
    rope: sigmascope_rope_f64,
    gate: [.silu: sigmascope_swiglu_f64, .geluTanh: sigmascope_geglu_f64],
    gateBackward: [
      .silu: sigmascope_swiglu_backward_f64, .geluTanh: sigmascope_geglu_backward_f64,
    ],
    attention: sigmascope_attention_f64, attentionBackward: sigmascope_attention_backward_f64,
    cachedAttention: sigmascope_cached_attention_f64,
    addBias: sigmascope_add_bias_f64, addColumnSums: sigmascope_add_column_sums_f64,
    embed: sigmascope_embed_f64, embedBackward: sigmascope_embed_backward_f64,
    logProbabilities: sigmascope_log_probabilities_f64,
    logProbabilitiesBackward: sigmascope_log_probabilities_backward_f64,
    sample: sigmascope_sample_f64, pack: sigmascope_pack_f64, product: sigmascope_product_f64,
    dropoutDifference: sigmascope_dropout_difference_f64)
}

import CKernels
public import LinearAlgebra

/// A number for which the fused loops of the decoder and of the optimisers exist: `Float` trains, `Double` checks
/// gradients.
public protocol KernelScalar: DenseScalar {
  /// The C loops for this precision.
  @unsafe static var loops: DecoderLoops<Self> { get }

  /// See `Optimizer.h`; the caller guarantees the counts.
  @unsafe static func stepAdamW(
    _ weights: UnsafeMutablePointer<Self>, _ gradient: UnsafePointer<Self>,
    _ first: UnsafeMutablePointer<Self>, _ second: UnsafeMutablePointer<Self>, rate: Double,
    _ options: AdamWOptions, decay: Double, correction1: Double, correction2: Double, count: Int)

  @unsafe static func stepSGD(
    _ weights: UnsafeMutablePointer<Self>, _ gradient: UnsafePointer<Self>,
    _ velocity: UnsafeMutablePointer<Self>, rate: Double, momentum: Double, decay: Double,
    count: Int)
}

extension Float {
  public static func stepAdamW(
    _ weights: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>,
    _ first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>, rate: Double,
    _ options: AdamWOptions, decay: Double, correction1: Double, correction2: Double, count: Int
  ) {
    unsafe sigmascope_adamw_f32(
      weights, gradient, first, second, rate, options.beta1, options.beta2, options.epsilon, decay,
      correction1, correction2, count)
  }

  public static func stepSGD(
    _ weights: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>,
    _ velocity: UnsafeMutablePointer<Float>, rate: Double, momentum: Double, decay: Double,
    count: Int
  ) {
    unsafe sigmascope_sgd_f32(weights, gradient, velocity, rate, momentum, decay, count)
  }
}

extension Double {
  public static func stepAdamW(
    _ weights: UnsafeMutablePointer<Double>, _ gradient: UnsafePointer<Double>,
    _ first: UnsafeMutablePointer<Double>, _ second: UnsafeMutablePointer<Double>, rate: Double,
    _ options: AdamWOptions, decay: Double, correction1: Double, correction2: Double, count: Int
  ) {
    unsafe sigmascope_adamw_f64(
      weights, gradient, first, second, rate, options.beta1, options.beta2, options.epsilon, decay,
      correction1, correction2, count)
  }

  public static func stepSGD(
    _ weights: UnsafeMutablePointer<Double>, _ gradient: UnsafePointer<Double>,
    _ velocity: UnsafeMutablePointer<Double>, rate: Double, momentum: Double, decay: Double,
    count: Int
  ) {
    unsafe sigmascope_sgd_f64(weights, gradient, velocity, rate, momentum, decay, count)
  }
}

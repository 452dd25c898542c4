public import LinearAlgebra

/// One norm over all gradients, and a common factor that bounds it.
public enum GradientClipping {
  /// Scales gradients so that their norm is at most `limit`; as torch, the factor is limit/(norm + 1e-6).
  /// - Returns: The norm before, NaN or infinite if a gradient is.
  public static func clip<Element: DenseScalar>(
    _ gradients: [MatrixView<Element>], to limit: Double
  ) -> Double {
    let norm = gradients.reduce(0) { $0 + $1.dot($1) }.squareRoot()
    let factor = limit / (norm + 1e-6)
    if norm.isFinite, factor < 1 {
      for gradient in gradients { gradient.add(gradient, scale: Element(factor - 1)) }
    }
    return norm
  }
}

import COpenBLAS

/// A number that models are trained in: `Float`, and `Double` where gradients are checked.
public protocol DenseScalar: BinaryFloatingPoint, Sendable {
  /// C ← β·C + α·op(A)·op(B), row-major; the caller guarantees the shapes.
  @unsafe static func multiply(
    rows: Int, columns: Int, inner: Int, scale: Self, _ left: UnsafePointer<Self>, leftStride: Int,
    _ leftOrientation: Orientation, _ right: UnsafePointer<Self>, rightStride: Int,
    _ rightOrientation: Orientation, keeping: Self, _ result: UnsafeMutablePointer<Self>,
    resultStride: Int)

  /// Σ aᵢ bᵢ over contiguous numbers.
  @unsafe static func dot(
    _ count: Int, _ left: UnsafePointer<Self>, _ right: UnsafePointer<Self>
  ) -> Self

  /// y ← y + α·x over contiguous numbers.
  @unsafe static func addScaled(
    _ count: Int, _ scale: Self, _ source: UnsafePointer<Self>, _ target: UnsafeMutablePointer<Self>
  )

  /// x ← α·x over contiguous numbers.
  @unsafe static func scale(_ count: Int, _ factor: Self, _ target: UnsafeMutablePointer<Self>)
}

extension Float: DenseScalar {
  public static func multiply(
    rows: Int, columns: Int, inner: Int, scale: Float, _ left: UnsafePointer<Float>,
    leftStride: Int, _ leftOrientation: Orientation, _ right: UnsafePointer<Float>,
    rightStride: Int, _ rightOrientation: Orientation, keeping: Float,
    _ result: UnsafeMutablePointer<Float>, resultStride: Int
  ) {
    unsafe cblas_sgemm(
      CblasRowMajor, leftOrientation.cblas, rightOrientation.cblas, blasInt(rows),
      blasInt(columns), blasInt(inner), scale, left, blasInt(leftStride), right,
      blasInt(rightStride), keeping, result, blasInt(resultStride))
  }

  public static func dot(
    _ count: Int, _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>
  ) -> Float { unsafe cblas_sdot(blasInt(count), left, 1, right, 1) }

  public static func addScaled(
    _ count: Int, _ scale: Float, _ source: UnsafePointer<Float>,
    _ target: UnsafeMutablePointer<Float>
  ) { unsafe cblas_saxpy(blasInt(count), scale, source, 1, target, 1) }

  public static func scale(_ count: Int, _ factor: Float, _ target: UnsafeMutablePointer<Float>) {
    unsafe cblas_sscal(blasInt(count), factor, target, 1)
  }
}

extension Double: DenseScalar {
  public static func multiply(
    rows: Int, columns: Int, inner: Int, scale: Double, _ left: UnsafePointer<Double>,
    leftStride: Int, _ leftOrientation: Orientation, _ right: UnsafePointer<Double>,
    rightStride: Int, _ rightOrientation: Orientation, keeping: Double,
    _ result: UnsafeMutablePointer<Double>, resultStride: Int
  ) {
    unsafe cblas_dgemm(
      CblasRowMajor, leftOrientation.cblas, rightOrientation.cblas, blasInt(rows),
      blasInt(columns), blasInt(inner), scale, left, blasInt(leftStride), right,
      blasInt(rightStride), keeping, result, blasInt(resultStride))
  }

  public static func dot(
    _ count: Int, _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>
  ) -> Double { unsafe cblas_ddot(blasInt(count), left, 1, right, 1) }

  public static func addScaled(
    _ count: Int, _ scale: Double, _ source: UnsafePointer<Double>,
    _ target: UnsafeMutablePointer<Double>
  ) { unsafe cblas_daxpy(blasInt(count), scale, source, 1, target, 1) }

  public static func scale(_ count: Int, _ factor: Double, _ target: UnsafeMutablePointer<Double>) {
    unsafe cblas_dscal(blasInt(count), factor, target, 1)
  }
}

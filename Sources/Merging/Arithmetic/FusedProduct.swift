import CKernels
import LinearAlgebra

/// A product of two matrices in single precision, each entry summed in the order of the inner index with one rounding a
/// term.
///
/// PyTorch on processors gives the same bits for up to 192 terms (MKL), unless the matrices are tiny.
struct FusedProduct: Sendable {
  /// The most terms that MKL adds up in one piece.
  static let mostTerms = 192

  private let left: [Float]
  private let right: [Float]
  private let inner: Int
  let columns: Int

  /// - Precondition: The inner dimensions agree.
  init(_ left: Matrix, _ right: Matrix) {
    precondition(left.columns == right.rows, "the inner dimensions of a product agree")
    self.left = left.values.map { Float($0) }
    self.right = right.values.map { Float($0) }
    inner = left.columns
    columns = right.columns
  }

  /// Some rows of the product.
  /// - Precondition: The product has these rows.
  func rows(_ range: Range<Int>) -> [Float] {
    if range.isEmpty || columns == 0 { return [] }
    let lines = Array(left[range.lowerBound * inner..<range.upperBound * inner])
    return unsafe [Float](unsafeUninitializedCapacity: range.count * columns) { buffer, count in
      if let result = buffer.baseAddress, !right.isEmpty {
        // Rows times inner and inner times columns entries, which the arrays hold.
        unsafe sigmascope_fused_product_f32(lines, right, result, range.count, inner, columns)
      } else {
        unsafe buffer.initialize(repeating: 0)
      }
      count = range.count * columns
    }
  }
}

/// The dimensions of a stored tensor, checked where they are read, so that nothing after the reader has to fear them.
///
/// No product of any of the dimensions overflows, in any order, nor does that number of elements in bits: a zero
/// beside them hides nothing. A tensor without elements costs no bytes, so no file is too small to hold a huge one;
/// its other dimensions together are bounded by ``emptyLimit``.
package struct TensorShape: Sendable, Equatable {
  /// Slowest dimension first; empty for a scalar.
  package let dimensions: [Int]
  /// The product of the dimensions.
  package let elementCount: Int
  /// How many bytes the elements take.
  package let byteCount: Int

  /// Factors of rank 0 and the weights of sharded trainers have no elements; their other dimensions are far smaller.
  package static let emptyLimit = 1 << 20

  /// What is wrong with dimensions.
  package enum Fault: Error, Equatable {
    /// The number of elements, or of their bits, does not fit into 63 bits.
    case overflow
    /// There are no elements, and the other dimensions together exceed ``TensorShape/emptyLimit``.
    case emptyButLarge
    /// The elements do not fill whole bytes.
    case partialByte
  }

  /// - Parameters:
  ///   - dimensions: As in the file; none is negative.
  ///   - dataType: The type of an element.
  package init(_ dimensions: [Int], of dataType: DataType) throws(Fault) {
    var product = 1
    for dimension in dimensions where dimension != 0 {
      let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
      if overflow || dimension < 0 { throw .overflow }
      product = next
    }
    if product.multipliedReportingOverflow(by: dataType.bitWidth).overflow { throw .overflow }
    let isEmpty = dimensions.contains(0)
    if isEmpty && product > Self.emptyLimit { throw .emptyButLarge }
    self.dimensions = dimensions
    elementCount = isEmpty ? 0 : product
    guard let bytes = dataType.byteCount(elements: elementCount) else { throw .partialByte }
    byteCount = bytes
  }

  /// The same elements under other dimensions.
  /// - Precondition: Their product is the same, and none that the first shape has not checked is beside a zero.
  init(reshaping shape: TensorShape, to dimensions: [Int]) {
    precondition(
      dimensions.reduce(1, *) == shape.elementCount, "other dimensions for the same elements")
    self.dimensions = dimensions
    elementCount = shape.elementCount
    byteCount = shape.byteCount
  }
}

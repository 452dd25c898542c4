/// The size of a matrix that is made larger than the tensors it comes from.
enum ExpandedSize {
  /// 2³¹ entries, 16 GiB: more than any weight needs. A file of a few bytes could ask for anything.
  private static let limit = 1 << 31

  /// Multiplies sizes and checks the number of entries.
  /// - Throws: ``AdapterError/expandedSize(module:)`` if the product is beyond the limit.
  @discardableResult
  static func check(_ sizes: Int..., module: String) throws(AdapterError) -> Int {
    var product = 1
    for size in sizes {
      let (next, overflows) = product.multipliedReportingOverflow(by: size)
      guard !overflows, next <= limit else { throw .expandedSize(module: module) }
      product = next
    }
    return product
  }
}

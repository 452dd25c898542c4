package import LinearAlgebra

extension BaseGeometry {
  /// The leading singular triplets, with vectors of both sides.
  /// - Parameters:
  ///   - count: How many; at most the short side is returned.
  ///   - source: The weight that was decomposed.
  /// - Complexity: O(rows · columns · count), one reading of the weight.
  package func principalTriplets(
    count: Int, of source: some PanelSource
  ) throws -> SingularTriplets {
    let kept = min(count, shape.short)
    guard kept > 0 else {
      return SingularTriplets(
        left: Matrix(rows: shape.rows, columns: 0), values: [],
        right: Matrix(rows: 0, columns: shape.columns))
    }
    let short = basis.head(kept)
    let long = try longVectors(of: short, source)
    let values = Array(values[..<kept])
    return shape.isTall
      ? SingularTriplets(left: long, values: values, right: short)
      : SingularTriplets(left: short.transposed(), values: values, right: long.transposed())
  }

  /// X sⱼ / σⱼ for each row sⱼ, as columns of a long × count matrix. A null direction, as all of a base of zeros are,
  /// has none; its column is zero. A direction counts as null if its σⱼ could be the rounding of the largest.
  private func longVectors(
    of short: Matrix, _ source: some PanelSource
  ) throws -> Matrix {
    var parts = [Matrix]()
    var panel = [Double]()
    for range in shape.panels {
      try source.read(range, into: &panel)
      parts.append(
        shape.isTall
          ? .product(
            Matrix(rows: range.count, columns: shape.short, values: panel), .asStored, short,
            .transposed)
          : .product(
            Matrix(rows: shape.short, columns: range.count, values: panel), .transposed, short,
            .transposed))
    }
    let rounding = Double(shape.short) * .ulpOfOne * (values.first ?? 0)
    var result = Matrix.stackedRows(parts)
    for row in 0..<result.rows {
      for column in 0..<result.columns {
        if values[column] > rounding {
          result[row, column] /= values[column]
        } else {
          result[row, column] = 0
        }
      }
    }
    return result
  }
}

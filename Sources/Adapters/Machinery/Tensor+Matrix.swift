import LinearAlgebra

extension Tensor {
  /// A matrix as a tensor of two dimensions.
  init(_ matrix: Matrix) {
    self.init(shape: [matrix.rows, matrix.columns], values: matrix.values)
  }
}

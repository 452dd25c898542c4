package import LinearAlgebra

/// A saved LoKr. (A₁B₁) ⊗ (A₂B₂) = (A₁ ⊗ A₂)(B₁ ⊗ B₂) stays factored where the factors are thin.
package struct SavedLoKr: OutByInAdapter {
  package typealias Method = LoKr
  package static let parameterNames =
    [LoKr.first, LoKr.second] + LoKr.firstFactors.all + LoKr.secondFactors.all
  package static let factorNames = parameterNames

  package let settings: ModuleSettings
  package let resolved: ResolvedModule
  private let size: MatrixShape
  private let first: KroneckerFactor
  private let second: KroneckerFactor
  /// W₂ of a convolution in one dimension, if it was saved whole.
  private let kernel: Int?

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = try ParameterReader(module: settings.module, filled: parameters)
    first = try KroneckerFactor(LoKr.first, LoKr.firstFactors, reader)
    second = try KroneckerFactor(LoKr.second, LoKr.secondFactors, reader)
    let whole = parameters[LoKr.second]?.shape
    kernel = whole?.count == 3 ? whole?[2] : nil
    size = MatrixShape(
      rows: try reader.size(first.rows, times: second.rows, of: LoKr.first),
      columns: try reader.size(first.columns, times: second.columns, of: LoKr.second))
    let rank = second.rank ?? first.rank ?? settings.rank
    if rank == 0 { throw .zeroRank(module: settings.module) }
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: rank, alpha: settings.alpha,
      scale: try settings.scale(rank: rank))
  }

  package var outByInShape: MatrixShape? { size }

  package func update(_ base: any BaseWeight) throws -> WeightUpdate {
    if let kernel { return .dense(interleaved(kernel: kernel)) }
    let ((a1, b1), (a2, b2)) = (first.factors, second.factors)
    let isThin = 2 * a1.columns * a2.columns <= min(base.rows, base.columns)
    return isThin
      ? .product((resolved.scale * a1).kronecker(a2), b1.kronecker(b2))
      : .dense((resolved.scale * first.matrix).kronecker(second.matrix))
  }

  /// PEFT multiplies a two-dimensional W₁ and a three-dimensional W₂ as if W₁ had the shape 1 × a × c, and gives the
  /// numbers of the result, b × a·d × c·kernel, the shape of the weight.
  private func interleaved(kernel: Int) -> Matrix {
    let (left, right) = (resolved.scale * first.matrix, second.matrix)
    let inner = kernel == 0 ? 0 : right.columns / kernel
    var values = [Double]()
    values.reserveCapacity(size.rows * size.columns)
    for row in 0..<right.rows {
      let slice = Matrix(rows: inner, columns: kernel, values: Array(right.row(row)))
      values += left.kronecker(slice).values
    }
    return Matrix(rows: size.rows, columns: size.columns, values: values)
  }
}

/// One of the two matrices of a Kronecker product, whole or as a product.
private enum KroneckerFactor {
  case whole(Matrix)
  case product(LowRankTensor)

  init(
    _ name: String, _ names: LowRankTensorNames, _ reader: ParameterReader
  ) throws(AdapterError) {
    self =
      reader.has(name)
      ? .whole(try reader.flattened(name)) : .product(try LowRankTensor(names, reader))
  }

  var rows: Int {
    switch self {
    case .whole(let matrix): matrix.rows
    case .product(let product): product.output.rows
    }
  }

  var columns: Int {
    switch self {
    case .whole(let matrix): matrix.columns
    case .product(let product): product.input.columns
    }
  }

  /// Nil if it was saved whole.
  var rank: Int? {
    if case .product(let product) = self { product.rank } else { nil }
  }

  var matrix: Matrix {
    switch self {
    case .whole(let matrix): matrix
    case .product(let product): product.output * product.input
    }
  }

  /// Two factors, as thin as possible.
  var factors: (output: Matrix, input: Matrix) {
    switch self {
    case .product(let product): (product.output, product.input)
    case .whole(let matrix):
      matrix.rows < matrix.columns
        ? (.identity(matrix.rows), matrix) : (matrix, .identity(matrix.columns))
    }
  }
}

extension Matrix {
  /// The Kronecker product: every entry of this matrix times the whole other one.
  /// - Complexity: O(the entries of the result).
  fileprivate func kronecker(_ other: Matrix) -> Matrix {
    var values = [Double]()
    values.reserveCapacity(self.values.count * other.values.count)
    for row in 0..<rows {
      for otherRow in 0..<other.rows {
        for factor in self.row(row) { values += other.row(otherRow).map { factor * $0 } }
      }
    }
    return Matrix(rows: rows * other.rows, columns: columns * other.columns, values: values)
  }
}

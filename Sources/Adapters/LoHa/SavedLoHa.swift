package import LinearAlgebra

/// A saved LoHa. The product of two matrices of rank r has rank r² at most: it stays factored where that is small.
package struct SavedLoHa: OutByInAdapter {
  package typealias Method = LoHa
  package static let parameterNames = LoHa.products.flatMap(\.all)
  package static let factorNames = parameterNames

  package let settings: ModuleSettings
  package let resolved: ResolvedModule
  private let first: LowRankTensor
  private let second: LowRankTensor

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = try ParameterReader(module: settings.module, filled: parameters)
    first = try LowRankTensor(LoHa.products[0], reader)
    second = try LowRankTensor(LoHa.products[1], reader)
    guard second.output.rows == first.output.rows, second.rank == first.rank else {
      throw .parameterShape(
        module: settings.module, parameter: LoHa.products[1].output,
        found: [second.output.rows, second.rank], expected: [first.output.rows, first.rank])
    }
    guard second.input.columns == first.input.columns else {
      throw .parameterShape(
        module: settings.module, parameter: LoHa.products[1].input,
        found: [second.rank, second.input.columns], expected: [first.rank, first.input.columns])
    }
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: first.rank, alpha: settings.alpha,
      scale: try settings.scale(rank: first.rank))
  }

  package var outByInShape: MatrixShape? {
    MatrixShape(rows: first.output.rows, columns: first.input.columns)
  }

  package func update(_ base: any BaseWeight) throws -> WeightUpdate {
    let rank = first.rank
    guard 2 * rank * rank <= min(base.rows, base.columns) else {
      let product = (first.output * first.input).combined(with: second.output * second.input, *)
      return .dense(resolved.scale * product)
    }
    // (A₁B₁) ∘ (A₂B₂) = A · B, where column (i, j) of A is the product of columns i and j, and likewise B's rows.
    var left = Matrix(rows: base.rows, columns: rank * rank)
    var right = Matrix(rows: rank * rank, columns: base.columns)
    for i in 0..<rank {
      for j in 0..<rank {
        for row in 0..<base.rows {
          left[row, i * rank + j] =
            resolved.scale * first.output[row, i] * second.output[row, j]
        }
        for column in 0..<base.columns {
          right[i * rank + j, column] = first.input[i, column] * second.input[j, column]
        }
      }
    }
    return .product(left, right)
  }
}

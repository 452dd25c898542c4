package import LinearAlgebra

/// Some trained rows of an embedding: ΔW is zero elsewhere.
///
/// `trainable_tokens_delta` (n × width) holds the new values of the rows, despite its name. Only the
/// configuration says which rows they are; of those that it names twice, the last counts, as in PEFT's `index_copy`. The update is factored: n unit columns times the differences.
///
/// **Source:** PEFT, method `TRAINABLE_TOKENS` and LoRA's option `trainable_token_indices`.
package enum TrainableTokens: AdapterMethod {
  package static let key = "trainable-tokens"
  package static let summary = "new values for some rows of an embedding"
  package static let peftTypes = ["LORA", "TRAINABLE_TOKENS"]
}

/// Saved rows of an embedding.
package struct SavedTrainableTokens: Adapter {
  package typealias Method = TrainableTokens
  package static let parameterNames = [
    "token_adapter.trainable_tokens_delta", "trainable_tokens_delta",
  ]

  package let resolved: ResolvedModule
  private let rows: [Int]
  private let values: Matrix

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let name = Self.parameterNames.first { parameters[$0] != nil } ?? Self.parameterNames[1]
    guard let rows = settings.configuration.trainableTokens.rows(of: settings.module) else {
      throw .tokenRowsUnknown(module: settings.module)
    }
    let saved = try reader.matrix(name, rows: rows.count, columns: nil)
    let last = Dictionary(zip(rows, rows.indices), uniquingKeysWith: { $1 })
    let kept = rows.indices.filter { last[rows[$0]] == $0 }
    self.rows = kept.map { rows[$0] }
    values = Matrix(
      rows: kept.count, columns: saved.columns, values: kept.flatMap { Array(saved.row($0)) })
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: kept.count, alpha: nil, scale: 1)
  }

  /// Nil, because only the base determines the number of rows of the embedding.
  package var shape: MatrixShape? { nil }

  package func check(against base: MatrixShape) throws(AdapterError) {
    guard base.columns == values.columns else {
      throw .baseShape(
        module: resolved.module, update: MatrixShape(rows: base.rows, columns: values.columns),
        base: base)
    }
    if let row = rows.first(where: { !(0..<base.rows).contains($0) }) {
      throw .tokenRowOutOfRange(module: resolved.module, row: row, rows: base.rows)
    }
  }

  /// The unit columns.
  package func workspace(for base: MatrixShape) -> Int { 4 * base.rows * rows.count }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    var left = Matrix(rows: base.rows, columns: rows.count)
    var right = values
    for (index, row) in rows.enumerated() {
      left[row, index] = 1
      let before = try base.rows(row..<row + 1)
      for column in 0..<values.columns { right[index, column] -= before[0, column] }
    }
    return .product(left, right)
  }
}

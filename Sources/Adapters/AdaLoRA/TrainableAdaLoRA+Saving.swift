import LinearAlgebra

/// A file leaves out pruned triplets; reading it restores them as zeros.
extension TrainableAdaLoRA {
  package static func configuration(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> AdapterConfiguration? {
    var configuration = AdapterConfiguration(peftType: "ADALORA", modules: modules)
    configuration.alpha = options.alpha
    configuration.rank = options.rank
    configuration.adaLoRA.initialRank = options.rank
    return configuration
  }

  /// The tensors without the triplets that are not kept.
  static func pruning(_ tensors: [String: Tensor], kept: [Bool]) -> [String: Tensor] {
    let indices = kept.indices.filter { kept[$0] }
    return mappingLines(of: tensors) { lines in
      Matrix(
        rows: indices.count, columns: lines.columns, values: indices.flatMap { lines.row($0) })
    }
  }

  /// The tensors with zeros for the triplets that were not kept. Tensors whose number of triplets is not that
  /// of the kept ones are left unchanged.
  static func expanding(_ tensors: [String: Tensor], kept: [Bool]) -> [String: Tensor] {
    let indices = kept.indices.filter { kept[$0] }
    return mappingLines(of: tensors) { lines in
      guard lines.rows == indices.count else { return lines }
      var whole = Matrix(rows: kept.count, columns: lines.columns)
      for (position, index) in indices.enumerated() {
        for column in 0..<lines.columns { whole[index, column] = lines[position, column] }
      }
      return whole
    }
  }

  /// Changes each tensor as a matrix with one triplet per row; for this, B is transposed.
  private static func mappingLines(
    of tensors: [String: Tensor], _ change: (Matrix) -> Matrix
  ) -> [String: Tensor] {
    var result = tensors
    for (name, tensor) in tensors where tensor.shape.count == 2 {
      let matrix = Matrix(
        rows: tensor.shape[0], columns: tensor.shape[1], values: tensor.values)
      let changed =
        name == AdaLoRA.outputFactor ? change(matrix.transposed()).transposed() : change(matrix)
      result[name] = Tensor(shape: [changed.rows, changed.columns], values: changed.values)
    }
    return result
  }
}

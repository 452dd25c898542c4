import Checkpoints

/// What a checkpoint holds beside the matrices and vectors that are measured: tensors that the base has not, copies, rows
/// beyond those of the base. A number there that is not finite is found nowhere else.
enum UnmeasuredWeights {
  /// A finding for each of these weights that holds NaN or infinity.
  /// - Parameters:
  ///   - weights: Those of the checkpoint, with their names for the finding.
  ///   - modules: The updates of the checkpoint; a weight that they read whole is counted when it is measured.
  ///   - vectors: The same.
  /// - Throws: What reading throws.
  static func findings(
    in weights: some Sequence<(name: String, weight: ModelWeight)>, besides modules: [ModuleUpdate],
    _ vectors: [VectorUpdate]
  ) throws -> [Finding] {
    var measured: [String: Int] = [:]
    let sources =
      modules.lazy.compactMap(\.source.wholeWeight) + vectors.lazy.compactMap(\.wholeWeight)
    for piece in sources.flatMap(\.pieces) {
      measured[piece.weight.name, default: 0] += piece.rows.count
    }
    return try weights.compactMap { name, weight in
      guard weight.storageType.isFloatingPoint, measured[weight.name] != weight.rows else {
        return nil
      }
      let count = try weight.nonFiniteCount()
      return count > 0 ? .notFinite(tensor: name, count: count) : nil
    }
  }
}

extension ModuleUpdate.Source {
  /// The weight after training, if it was saved whole.
  fileprivate var wholeWeight: StoredMatrix? {
    if case .adapted(let weight) = self { weight } else { nil }
  }
}

extension VectorUpdate {
  /// The vector after training, if all of it is compared with that of the base.
  fileprivate var wholeWeight: StoredMatrix? {
    if case .adapted(let vector) = source, vector.columns == count { vector } else { nil }
  }
}

extension ModelWeight {
  /// How many entries are NaN or infinite.
  fileprivate func nonFiniteCount() throws -> Int {
    // As many rows at once as a panel of a measurement has at most.
    let height = max(1, (1 << 19) / max(columns, 1))
    return try stride(from: 0, to: rows, by: height).reduce(0) { count, start in
      try count + doubles(rows: start..<min(start + height, rows)).count { !$0.isFinite }
    }
  }
}

extension CheckpointUpdates {
  /// The tensors of the checkpoint that a finding says are not finite: parameters of adapters, and weights that nothing is
  /// compared with.
  package var nonFiniteTensors: [String] { findings.compactMap(\.nonFiniteTensor) }
}

extension Finding {
  /// The tensor of ``notFinite(tensor:count:)``.
  package var nonFiniteTensor: String? {
    if case .notFinite(let tensor, _) = self { tensor } else { nil }
  }
}

package import Adapters
import Checkpoints
import LinearAlgebra
package import Updates

/// A weight or a vector of the base that an adapter changes, and the change.
package struct MergeUnit: Sendable {
  private enum Change {
    case module(ModuleUpdate)
    case vector(VectorUpdate)
  }

  /// The module's name, or that of the vector's tensor.
  package let name: String
  /// The entries of the base that change.
  package let base: StoredMatrix
  private let change: Change

  /// Nil for an update without a base.
  package init?(_ module: ModuleUpdate) {
    guard let base = module.base else { return nil }
    name = module.module
    self.base = base
    change = .module(module)
  }

  /// Nil for an update without a base.
  package init?(_ vector: VectorUpdate) {
    guard let base = vector.base else { return nil }
    name = vector.name
    self.base = base
    change = .vector(vector)
  }

  /// Everything that the updates of a checkpoint change, sorted by name.
  package static func all(of updates: CheckpointUpdates) -> [MergeUnit] {
    (updates.modules.compactMap(MergeUnit.init) + updates.vectors.compactMap(MergeUnit.init))
      .sorted { $0.name < $1.name }
  }

  /// The rank of an adapter's factors and the factor on their product; nil for other changes.
  package var resolved: ResolvedModule? {
    if case .module(let module) = change { module.resolved } else { nil }
  }

  /// The weight after training, if the checkpoint holds it whole.
  package var saved: StoredMatrix? {
    switch change {
    case .module(let module):
      if case .adapted(let weight) = module.source { weight } else { nil }
    case .vector(let vector):
      if case .adapted(let weight) = vector.source { weight } else { nil }
    }
  }

  /// The base's weight, loaded in a type.
  func loaded(in type: DataType) -> LoadedBase { LoadedBase(stored: base, type: type) }

  /// ΔW. Tensors of an adapter are read; a weight that was saved whole is read when its rows are asked for.
  /// - Parameter type: That in which the base is loaded; ΔW may depend on its weight.
  func update(of type: DataType) throws -> UpdateRows {
    if let saved { return UpdateRows(replacing: saved) }
    let loaded = loaded(in: type)
    switch change {
    case .module(let module):
      let update =
        type == base.storageType ? try module.update() : try module.update(of: loaded)
      return UpdateRows(update, rows: base.rows, columns: base.columns)
    case .vector(let vector):
      let values = try vector.change(of: loaded.values(0..<1), loading: type.rounded)
      return UpdateRows(
        .dense(Matrix(rows: 1, columns: values.count, values: values)), rows: 1,
        columns: values.count)
    }
  }

  /// How PEFT computes the merged weight; nil if only ΔW is known.
  func recipe() throws -> MergeRecipe? {
    // PEFT makes a vector in one operation.
    if case .module(let module) = change { try module.mergeRecipe() } else { .substitution }
  }

  /// The module, unless this is a vector.
  var module: ModuleUpdate? {
    if case .module(let module) = change { module } else { nil }
  }
}

extension StoredMatrix {
  /// Ranges of rows for one pass over the weight.
  var panels: [Range<Int>] { Panels.of(rows: rows, columns: columns) }
}

extension UpdateRows {
  /// As those of its weight.
  var panels: [Range<Int>] { Panels.of(rows: rows, columns: columns) }
}

private enum Panels {
  /// Consecutive ranges of rows of a quarter of a million entries or so.
  static func of(rows: Int, columns: Int) -> [Range<Int>] {
    let height = max(1, (1 << 18) / max(columns, 1))
    return stride(from: 0, to: rows, by: height).map { $0..<min($0 + height, rows) }
  }
}

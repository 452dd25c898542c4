public import Adapters
import Checkpoints
import LinearAlgebra

/// Where the tensors of one module of an adapter lie, and what they mean. Nothing is kept in memory
/// but what a seed made.
public struct AdapterParameters: Sendable {
  let settings: ModuleSettings
  let store: TensorStore
  /// The tensors by the name that the method knows them by.
  let tensors: [String: TensorDescription]
  /// Shared tensors that were drawn again.
  let replayed: [String: Tensor]
  /// The same module at step 0, where it tells the start.
  var initial: Initial?
  /// The base weight as it was saved with the adapter, where it has other rows than the base given.
  var savedBase: StoredMatrix?

  enum Initial: Sendable {
    /// The checkpoint is itself that of step 0.
    case itself
    case recorded(store: TensorStore, tensors: [String: TensorDescription])
  }

  /// The adapter of the module, read from its file.
  public func adapter() throws -> any Adapter {
    var settings = settings
    if case .recorded(let store, let tensors)? = initial {
      settings.start = try .recorded(
        parameters: Self.read(tensors, from: store), settings: settings)
    }
    return try AdapterRegistry.adapter(parameters: try parameters(), settings: settings)
  }

  /// The adapter without its start: its raw product.
  func adapterWithoutStart() throws -> any Adapter {
    var settings = settings
    settings.start = nil
    return try AdapterRegistry.adapter(parameters: try parameters(), settings: settings)
  }

  func parameters() throws -> [String: Tensor] {
    try Self.read(tensors, from: store).merging(replayed) { $1 }
  }

  func update(of weight: (any BaseWeight)?, rows: Int) throws -> WeightUpdate {
    let adapter = try adapter()
    let base: any BaseWeight = try savedBase ?? weight ?? AbsentBase(for: adapter)
    if case .itself? = initial { return .zero(rows: rows, columns: base.columns) }
    let update = try adapter.weightUpdate(of: base)
    return base.rows == rows ? update : try update.leadingRows(rows, of: base)
  }

  private static func read(
    _ tensors: [String: TensorDescription], from store: TensorStore
  ) throws(CheckpointError) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for (name, tensor) in tensors {
      result[name] = Tensor(
        shape: tensor.shape,
        values: try store.doubles(of: tensor, elements: 0..<tensor.elementCount))
    }
    return result
  }
}

extension WeightUpdate {
  /// The first rows of an update, for a vocabulary that grew.
  fileprivate func leadingRows(_ count: Int, of base: any BaseWeight) throws -> WeightUpdate {
    switch self {
    case .zero(_, let columns): .zero(rows: count, columns: columns)
    case .dense(let matrix): .dense(matrix.rowSlice(0..<count))
    case .factored(let left, let right): .factored(left: left.rowSlice(0..<count), right: right)
    case .rowScaling(let scales): .rowScaling(Array(scales[..<count]))
    case .columnScaling: self
    }
  }
}

package import Adapters
package import Checkpoints
import LinearAlgebra

/// Where the tensors of one module of an adapter are stored, and how they are to be read.
///
/// The tensors are not kept in memory, because those of all checkpoints of a run may not fit. Only tensors that were
/// drawn again from a seed are kept, because the file does not contain them.
package struct AdapterParameters: Sendable {
  /// Rank, alpha and layout, and the start unless ``initial`` gives it.
  package var settings: ModuleSettings
  let store: TensorStore
  /// The tensors by the method's names of its parameters.
  package let tensors: [String: TensorDescription]
  /// Shared tensors that were drawn again from the seed.
  let replayed: [String: Tensor]
  /// The same module at step 0, if it is needed to know the start.
  var initial: Initial?
  /// The base weight that was saved with the adapter, if its number of rows differs from that of the given base.
  var savedBase: StoredMatrix?

  enum Initial: Sendable {
    /// The checkpoint is the one of step 0.
    case itself
    case recorded(store: TensorStore, tensors: [String: TensorDescription])
  }

  /// How many numbers the tensors hold, with those of the start.
  var count: Int {
    var descriptions = Array(tensors.values)
    if case .recorded(_, let first)? = initial { descriptions += first.values }
    return descriptions.reduce(0) { $0 + $1.elementCount }
      + replayed.values.reduce(0) { $0 + $1.values.count }
  }

  /// The adapter of the module.
  /// - Parameters:
  ///   - tensors: The tensors of the module and the shared ones.
  ///   - first: The tensors of step 0, if they are the start.
  func adapter(of tensors: [String: Tensor], first: [String: Tensor]?) throws -> any Adapter {
    var settings = settings
    if let first { settings.start = try .recorded(parameters: first, settings: settings) }
    do {
      return try AdapterRegistry.adapter(parameters: tensors, settings: settings)
    } catch .field(let key, let expected, let found) {
      throw CheckpointError.unexpectedValue(
        file: "\(store.path)/adapter_config.json", key: key, expected: expected, found: found)
    }
  }

  /// ΔW in the layout of the base; the tensors are read from the file.
  /// - Parameters:
  ///   - weight: The base weight; nil if there is none.
  ///   - rows: How many rows of the update are wanted; fewer than it has if the vocabulary was enlarged.
  func update(of weight: (any BaseWeight)?, rows: Int) throws -> WeightUpdate {
    var first: [String: Tensor]?
    if case .recorded(let store, let tensors)? = initial { first = try store.tensors(tensors) }
    let adapter = try adapter(
      of: store.tensors(tensors).merging(replayed) { $1 }, first: first)
    let base: any BaseWeight = try savedBase ?? weight ?? AbsentBase(for: adapter)
    if case .itself? = initial { return .zero(rows: rows, columns: base.columns) }
    let update = try adapter.weightUpdate(of: base)
    return base.rows == rows ? update : try update.leadingRows(rows, of: base)
  }
}

extension TensorStore {
  /// Whole tensors, read by their descriptions.
  func tensors(
    _ descriptions: [String: TensorDescription]
  ) throws(CheckpointError) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for (name, tensor) in descriptions {
      result[name] = Tensor(
        shape: tensor.shape, values: try doubles(of: tensor, elements: 0..<tensor.elementCount))
    }
    return result
  }
}

extension WeightUpdate {
  /// The first rows of an update, for an enlarged vocabulary.
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

package import Adapters
public import Checkpoints
import LinearAlgebra

/// The change of a vector: a bias or the gain of a normalisation layer.
public struct VectorUpdate: Sendable {
  /// The tensor's name in the base, with `.weight` or `.bias`.
  public let name: String
  /// The vector before training, as one row; nil if no base was given.
  public let base: StoredMatrix?
  /// The number of features.
  public let count: Int
  /// The storage type of the vector in the base; that of the checkpoint if no base was given.
  public let storageType: DataType
  /// Where the change comes from.
  package let source: Source

  package enum Source: Sendable {
    /// A bias that an adapter changes. If the bias itself was trained and saved too, the adapter changes `saved`.
    case adapterBias(BiasChange, saved: StoredMatrix?)
    /// The gain of a normalisation layer that an adapter changes.
    case adapterGain(any Adapter)
    /// The vector after training.
    case adapted(StoredMatrix)
  }

  /// The vector after training minus the vector before, feature by feature.
  /// - Throws: What reading throws; ``UpdateError/baseNeeded(checkpoint:)`` if a base that is needed is missing.
  public func change() throws -> [Double] {
    switch source {
    case .adapterBias(.addition(let values), saved: nil):
      return values
    case .adapterBias(let change, let saved):
      let before = try baseValues()
      guard let saved else { return change.change(of: before) }
      let trained = try saved.values()
      return zip(zip(trained, change.change(of: trained)), before).map { $0.0 + $0.1 - $1 }
    case .adapterGain(let adapter):
      let before = DenseBaseWeight(Matrix(rows: 1, columns: count, values: try baseValues()))
      return try adapter.weightUpdate(of: before).dense(base: before).values
    case .adapted(let adapted):
      // If the number of tokens differs, the common ones are compared.
      return zip(try adapted.values().prefix(count), try baseValues()).map { $0 - $1 }
    }
  }

  private func baseValues() throws -> [Double] {
    guard let base else { throw UpdateError.baseNeeded(checkpoint: name) }
    return try base.values()
  }
}

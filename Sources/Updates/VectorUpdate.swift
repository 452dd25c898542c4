package import Adapters
public import Checkpoints
import LinearAlgebra

/// The change of a vector: a bias, the gain of a normalisation layer.
public struct VectorUpdate: Sendable {
  /// The tensor's name in the base, with `.weight` or `.bias`.
  public let name: String
  /// The vector before training, one row; nil where no base was given.
  public let base: StoredMatrix?
  /// How many features it has.
  public let count: Int
  /// The type that the base stores it in; the checkpoint's where no base was given.
  public let storageType: DataType
  /// Where the change comes from.
  package let source: Source

  package enum Source: Sendable {
    /// A bias that an adapter changes, and the trained bias that it changes if that was saved too.
    case adapterBias(BiasChange, saved: StoredMatrix?)
    /// The gain of a normalisation layer that an adapter replaces.
    case adapterGain(any Adapter)
    /// The vector after training.
    case adapted(StoredMatrix)
  }

  /// The vector after training minus that before, feature by feature.
  /// - Throws: What reading throws; ``UpdateError/baseNeeded(checkpoint:)`` where the base is needed and absent.
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
      return zip(try adapted.values(), try baseValues()).map { $0 - $1 }
    }
  }

  private func baseValues() throws -> [Double] {
    guard let base else { throw UpdateError.baseNeeded(checkpoint: name) }
    return try base.values()
  }
}

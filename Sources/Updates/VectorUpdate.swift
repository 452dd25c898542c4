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
    if case .adapterBias(.addition(let values), saved: nil) = source { return values }
    return try change(of: baseValues())
  }

  /// The change of a vector that is the base's, or the base's as it was loaded in another type.
  /// - Parameters:
  ///   - before: The vector of the base.
  ///   - load: Does the same to a vector that the adapter saved whole before it changes it.
  /// - Throws: What reading throws.
  package func change(
    of before: [Double], loading load: ([Double]) -> [Double] = { $0 }
  ) throws -> [Double] {
    switch source {
    case .adapterBias(let change, let saved):
      guard let saved else { return change.change(of: before) }
      let trained = load(try saved.values())
      return zip(zip(trained, change.change(of: trained)), before).map { $0.0 + $0.1 - $1 }
    case .adapterGain(let adapter):
      let base = DenseBaseWeight(Matrix(rows: 1, columns: count, values: before))
      return try adapter.weightUpdate(of: base).dense(base: base).values
    case .adapted(let adapted):
      // If the number of tokens differs, the common ones are compared.
      return zip(try adapted.values().prefix(count), before).map { $0 - $1 }
    }
  }

  private func baseValues() throws -> [Double] {
    guard let base else { throw UpdateError.baseNeeded(checkpoint: name) }
    return try base.values()
  }
}

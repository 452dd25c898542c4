public import Adapters
public import Checkpoints
public import LinearAlgebra

/// The update of one weight of the base, made when it is asked for.
public struct ModuleUpdate: Sendable {
  /// The name in the base without `.weight`; an expert of a fused parameter is
  /// `….experts.3.gate_up_proj`, a layer that was replicated keeps the adapted model's number.
  public let module: String
  /// The weight that the update is added to; nil where no base was given.
  public let base: StoredMatrix?
  /// The shape of the update, in the layout of the base.
  public let rows: Int
  public let columns: Int
  /// Whether the base stores the weight in × out.
  public let layout: WeightLayout
  /// The type that the base stores the weight in; the checkpoint's where no base was given.
  public let storageType: DataType
  /// Rank, alpha and scale; nil for weights that were saved whole.
  public let resolved: ResolvedModule?
  /// Where the update comes from.
  public let source: Source

  public enum Source: Sendable {
    /// The parameters of an adapter.
    case adapter(AdapterParameters)
    /// The weight after training, saved whole: the update is this minus the base.
    case adapted(StoredMatrix)
  }

  /// ΔW in the layout of the base.
  /// - Parameter weight: The base weight, if the caller has it at hand, perhaps with its singular
  ///   vectors; by default it is read.
  /// - Throws: What reading throws; `AdapterError` where the base is needed and absent.
  public func update(of weight: (any BaseWeight)? = nil) throws -> WeightUpdate {
    switch source {
    case .adapter(let parameters):
      return try parameters.update(of: weight ?? base, rows: rows)
    case .adapted(let adapted):
      guard let weight = weight ?? base else {
        throw UpdateError.baseNeeded(checkpoint: module)
      }
      return .dense(try adapted.matrix() - weight.matrix())
    }
  }
}

/// The change of a vector: a bias, the gain of a normalisation layer.
public struct VectorUpdate: Sendable {
  /// The tensor's name in the base, with `.weight` or `.bias`.
  public let name: String
  /// The vector before training, one row; nil where no base was given.
  public let base: StoredMatrix?
  public let count: Int
  public let storageType: DataType
  public let source: Source

  public enum Source: Sendable {
    /// A bias that an adapter changes, and the trained bias that it changes if that was saved too.
    case adapterBias(AdapterParameters, saved: StoredMatrix?)
    /// The gain of a normalisation layer that an adapter replaces.
    case adapterGain(AdapterParameters)
    /// The vector after training.
    case adapted(StoredMatrix)
  }

  /// The vector after training minus that before.
  public func change() throws -> [Double] {
    switch source {
    case .adapterBias(let parameters, let saved):
      let change = try parameters.adapter().biasChange
      if case .addition(let values)? = change, saved == nil { return values }
      let before = try baseValues()
      guard let saved else { return change?.change(of: before) ?? [] }
      let trained = try saved.values()
      let changes = change?.change(of: trained) ?? []
      return zip(zip(trained, changes), before).map { $0.0 + $0.1 - $1 }
    case .adapterGain(let parameters):
      let before = DenseBaseWeight(Matrix(rows: 1, columns: count, values: try baseValues()))
      return try parameters.adapter().weightUpdate(of: before).dense(base: before).values
    case .adapted(let adapted):
      return zip(try adapted.values(), try baseValues()).map { $0 - $1 }
    }
  }

  private func baseValues() throws -> [Double] {
    guard let base else { throw UpdateError.baseNeeded(checkpoint: name) }
    return try base.values()
  }
}

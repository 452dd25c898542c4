public import Adapters
public import Checkpoints
public import LinearAlgebra

/// The update of one weight of the base, made when it is asked for.
///
/// It holds where its tensors lie, not the tensors, so that the updates of a long run fit in memory.
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
  package let source: Source

  package enum Source: Sendable {
    /// The parameters of an adapter.
    case adapter(AdapterParameters)
    /// The weight after training, saved whole: the update is this minus the base.
    case adapted(StoredMatrix)
  }

  /// ΔW in the layout of the base, in its cheapest exact form: a product of thin factors stays one.
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

  /// Every entry of ΔW, rows × columns.
  /// - Throws: As ``update(of:)``.
  public func matrix() throws -> Matrix {
    let update = try update()
    // Without a base no update is a scaling of it.
    guard let base else {
      return try update.dense(base: DenseBaseWeight(Matrix(rows: 0, columns: 0)))
    }
    return try update.dense(base: base)
  }
}

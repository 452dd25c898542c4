public import Adapters
public import Checkpoints
public import LinearAlgebra

/// The update of one weight of the base, computed when it is asked for.
///
/// It keeps the places of its tensors in the files, not the tensors, so that the updates of a long run fit in memory.
public struct ModuleUpdate: Sendable {
  /// The name in the base without `.weight`. An expert of a fused parameter is named
  /// `….experts.3.gate_up_proj`; a replicated layer keeps its number in the adapted model.
  public let module: String
  /// The weight that the update is added to; nil if no base was given.
  public let base: StoredMatrix?
  /// The shape of the update, in the layout of the base.
  public let rows: Int
  public let columns: Int
  /// Whether the base stores the weight as out × in or as in × out.
  public let layout: WeightLayout
  /// The storage type of the weight in the base; that of the checkpoint if no base was given.
  public let storageType: DataType
  /// Rank, alpha and scale; nil for weights that were saved whole.
  public let resolved: ResolvedModule?
  /// Where the update comes from.
  package let source: Source
  /// How many numbers are in memory at most while the update is made and measured, beside those that any update of this
  /// shape needs.
  package let workspace: Int
  /// Whether the update is the base rounded to another storage type, and nothing else.
  public internal(set) var isRounding = false

  /// The update of several weights that lie one upon another in one matrix of the model.
  /// - Parameters:
  ///   - updates: Those of the weights, saved whole, in their order.
  ///   - module: The name of the matrix.
  ///   - base: The weights of the base, one upon another.
  ///   - adapted: The same after training.
  package init(
    joining updates: [ModuleUpdate], as module: String, base: StoredMatrix, adapted: StoredMatrix
  ) {
    self.init(
      module: module, base: base, rows: base.rows, columns: base.columns, layout: .outByIn,
      storageType: base.storageType, resolved: nil, source: .adapted(adapted), workspace: 0)
    isRounding = updates.allSatisfy(\.isRounding)
  }

  init(
    module: String, base: StoredMatrix?, rows: Int, columns: Int, layout: WeightLayout,
    storageType: DataType, resolved: ResolvedModule?, source: Source, workspace: Int
  ) {
    self.module = module
    self.base = base
    self.rows = rows
    self.columns = columns
    self.layout = layout
    self.storageType = storageType
    self.resolved = resolved
    self.source = source
    self.workspace = workspace
  }

  /// How many numbers the update holds at most when it is made. The difference of two stored weights holds none: it is
  /// read in panels.
  package var heldCount: Int {
    switch source {
    case .adapted: 0
    // Factors are at most the tensors and as many of a start. Whatever needs more on the way is dense.
    case .adapter(let parameters):
      workspace > 8 * parameters.count ? rows * columns : min(rows * columns, 2 * parameters.count)
    }
  }

  package enum Source: Sendable {
    /// The parameters of an adapter.
    case adapter(AdapterParameters)
    /// The whole weight after training: the update is this weight minus the base.
    case adapted(StoredMatrix)
  }

  /// ΔW in the layout of the base, in its cheapest exact form: a product of thin factors is not multiplied out.
  /// - Parameter weight: The base weight, if the caller already has it, perhaps with its singular
  ///   vectors; by default it is read.
  /// - Throws: What reading throws; `AdapterError` or ``UpdateError`` if a base that is needed is missing.
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
    // Without a base, the update is never a scaling of it, so this placeholder is not used.
    guard let base else {
      return try update.dense(base: DenseBaseWeight(Matrix(rows: 0, columns: 0)))
    }
    return try update.dense(base: base)
  }
}

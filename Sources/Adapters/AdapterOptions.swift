/// What a user chooses about an adapter.
public struct AdapterOptions: Sendable, Equatable {
  public var rank: Int
  public var alpha: Double
  /// s = α/√r in place of α/r.
  public var usesRankStabilization: Bool
  /// The share of inputs that the adapter path drops.
  public var dropout: Double
  /// Key of the start; nil for the standard one.
  public var start: String?
  /// The seed of projections that are drawn once and frozen.
  public var projectionSeed: UInt64
  /// The largest output and the largest input size among the adapted modules, which is the size of shared
  /// projections; nil for the size of the module itself.
  public var largestShape: MatrixShape?
  /// LoRA+: how much faster B learns than A.
  public var outputRateFactor: Double
  /// AdaLoRA: how the rank shrinks; nil if it does not.
  public var budget: AdaLoRASchedule?

  public init(
    rank: Int = 8, alpha: Double = 16, usesRankStabilization: Bool = false, dropout: Double = 0,
    start: String? = nil, projectionSeed: UInt64 = 0, largestShape: MatrixShape? = nil,
    outputRateFactor: Double = 16, budget: AdaLoRASchedule? = nil
  ) {
    self.rank = rank
    self.alpha = alpha
    self.usesRankStabilization = usesRankStabilization
    self.dropout = dropout
    self.start = start
    self.projectionSeed = projectionSeed
    self.largestShape = largestShape
    self.outputRateFactor = outputRateFactor
    self.budget = budget
  }

  /// s: α/r, or α/√r.
  public var scale: Double {
    LoRA.scale(alpha: alpha, rank: rank, isRankStabilized: usesRankStabilization)
  }

  /// The options with the largest shape of these modules. Call it before making the first adapter.
  package func spanning(_ modules: [AdaptedModule]) -> AdapterOptions {
    var options = self
    guard let rows = modules.map(\.shape.rows).max(),
      let columns = modules.map(\.shape.columns).max()
    else { return options }
    options.largestShape = MatrixShape(rows: rows, columns: columns)
    return options
  }
}

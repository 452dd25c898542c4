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
  /// The names of all adapted modules, in the order of the model; empty for the module alone.
  public var moduleNames: [String]
  /// LoRA+: how much faster B learns than A.
  public var outputRateFactor: Double
  /// TinyLoRA: how many numbers a vector has.
  public var vectorSize: Int
  /// TinyLoRA: how much modules share vectors, from 0 (each has its own) to 1 (one for all).
  public var weightTying: Double
  /// LoRA-Dash: how many directions of the base are trained, and after how many optimiser steps they are chosen.
  public var directionCount: Int
  public var preLaunchSteps: Int
  /// AdaLoRA: how the rank shrinks; nil if it does not.
  public var budget: AdaLoRASchedule?

  public init(
    rank: Int = 8, alpha: Double = 16, usesRankStabilization: Bool = false, dropout: Double = 0,
    start: String? = nil, projectionSeed: UInt64 = 0, largestShape: MatrixShape? = nil,
    moduleNames: [String] = [], outputRateFactor: Double = 16, vectorSize: Int = 64,
    weightTying: Double = 0, directionCount: Int = 8, preLaunchSteps: Int = 100,
    budget: AdaLoRASchedule? = nil
  ) {
    self.rank = rank
    self.alpha = alpha
    self.usesRankStabilization = usesRankStabilization
    self.dropout = dropout
    self.start = start
    self.projectionSeed = projectionSeed
    self.largestShape = largestShape
    self.moduleNames = moduleNames
    self.outputRateFactor = outputRateFactor
    self.vectorSize = vectorSize
    self.weightTying = weightTying
    self.directionCount = directionCount
    self.preLaunchSteps = preLaunchSteps
    self.budget = budget
  }

  /// s: α/r, or α/√r.
  public var scale: Double {
    LoRA.scale(alpha: alpha, rank: rank, isRankStabilized: usesRankStabilization)
  }

  /// The options with the names of these modules and their largest shape. Call it before making the first adapter.
  package func spanning(_ modules: [AdaptedModule]) -> AdapterOptions {
    var options = self
    options.moduleNames = modules.map(\.name)
    guard let rows = modules.map(\.shape.rows).max(),
      let columns = modules.map(\.shape.columns).max()
    else { return options }
    options.largestShape = MatrixShape(rows: rows, columns: columns)
    return options
  }
}

/// How one matrix moved over the checkpoints of a run: a row of trajectory.csv and its rows of path.csv.
public struct ModuleTrajectory: Codable, Equatable, Sendable {
  /// The run and the module; `step` is that of the last point.
  public var identity: ModuleIdentity
  /// The step at which the update is zero, from which the path is measured.
  public var origin: Int
  /// The checkpoints of the path, ascending.
  public var points: [PathPoint]
  /// Values by the names of ``PathMetricRegistry``; a metric without meaning here is absent. All are for fewer than
  /// three points.
  public var metrics: [String: Double]
  /// The same of a random walk with increments of the same lengths.
  public var nulls: [String: Double]

  public init(
    identity: ModuleIdentity, origin: Int, points: [PathPoint], metrics: [String: Double] = [:],
    nulls: [String: Double] = [:]
  ) {
    self.identity = identity
    self.origin = origin
    self.points = points
    self.metrics = metrics
    self.nulls = nulls
  }
}

/// A checkpoint on a path.
public struct PathPoint: Codable, Equatable, Sendable {
  public var step: Int
  /// ⟨ΔW, u⟩ for the first direction u of the path, in the unit of the weights; nil for fewer than three points.
  public var coefficient: Double?
  /// ‖ΔW − ΔW before‖_F; nil at the first point.
  public var incrementNorm: Double?
  /// The cosine between this increment and the one before; nil at the first two points, and where one is zero.
  public var incrementCosine: Double?

  public init(
    step: Int, coefficient: Double? = nil, incrementNorm: Double? = nil,
    incrementCosine: Double? = nil
  ) {
    self.step = step
    self.coefficient = coefficient
    self.incrementNorm = incrementNorm
    self.incrementCosine = incrementCosine
  }
}

extension ModuleTrajectory {
  /// The trajectory of a path.
  /// - Parameter wanted: The names of the metrics that are computed.
  /// - Throws: A LAPACK failure.
  package init(identity: ModuleIdentity, path: UpdatePath, wanted: Set<String>) throws {
    let points = path.steps.enumerated().map { index, step in
      PathPoint(
        step: step, coefficient: path.direction.coefficients[index],
        incrementNorm: index > 0 ? path.squaredIncrement(index - 1).squareRoot() : nil,
        incrementCosine: index > 1 ? path.successiveCosine(index - 2) : nil)
    }
    self.init(
      identity: identity, origin: path.origin, points: points,
      metrics: PathMetricRegistry.values(of: path, wanted: wanted),
      nulls: PathMetricRegistry.values(of: try path.randomWalk(), wanted: wanted))
  }
}

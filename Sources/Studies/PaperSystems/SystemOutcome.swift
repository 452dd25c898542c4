/// What a run of a system found: the contents of system.json.
public struct SystemOutcome: Codable, Equatable, Sendable {
  /// What an arm measured at the last place of an axis.
  public struct Result: Codable, Equatable, Sendable {
    public var arm: String
    public var measure: String
    /// The place.
    public var x: Double
    /// Over seeds.
    public var estimate: Estimate
  }

  public var system: SystemDescription
  /// `quick` or `full`.
  public var size: String
  public var seeds: [Int]
  /// Measure by measure, in the order of the arms.
  public var results: [Result]
  public var claims: [JudgedClaim]
  public var command: [String]
  public var version: String

  /// Summarises measurements and judges the claims.
  /// - Parameters:
  ///   - system: What was measured.
  ///   - size: How large the runs were.
  ///   - measurements: Of all arms and seeds.
  ///   - claims: The system's.
  ///   - command: The command line that made the report.
  ///   - version: Of this program.
  public init(
    of system: SystemDescription, size: String, _ measurements: [SystemMeasurement],
    claims: [SystemClaim], command: [String], version: String
  ) {
    self.system = system
    self.size = size
    seeds = Set(measurements.map(\.seed)).sorted()
    results = system.measures.flatMap { measure in
      system.arms.compactMap { arm in
        let own = measurements.filter { $0.arm == arm.name && $0.measure == measure.name }
        guard let last = own.map(\.x).max(),
          let estimate = Estimate(of: own.filter { $0.x == last }.map(\.value))
        else { return nil }
        return Result(arm: arm.name, measure: measure.name, x: last, estimate: estimate)
      }
    }
    self.claims = claims.enumerated().map { index, claim in
      JudgedClaim(
        number: index + 1, statement: claim.statement, source: system.paper,
        reported: claim.reported, rule: claim.rule(of: system),
        finding: claim.finding(measurements, of: system))
    }
    self.command = command
    self.version = version
  }
}

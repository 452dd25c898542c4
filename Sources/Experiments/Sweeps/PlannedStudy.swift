public import Studies
public import Training

/// Many runs from one base, planned before any of them is trained.
public struct PlannedStudy: Sendable {
  public let title: String
  /// The folder of the base.
  public let basePath: String
  /// What a run is unless its arm says otherwise.
  public let common: Factors
  /// The arm that the others are compared with.
  public let baseline: String
  public let runs: [PlannedRun]

  public init(
    title: String, basePath: String, common: Factors, baseline: String, runs: [PlannedRun]
  ) {
    self.title = title
    self.basePath = basePath
    self.common = common
    self.baseline = baseline
    self.runs = runs
  }
}

/// One run of a study that is to be trained.
public struct PlannedRun: Sendable {
  /// Its folder below `runs`; unique in the study.
  public let name: String
  public let arm: String
  public let factors: Factors
  public let specification: RunSpecification

  public init(name: String, arm: String, specification: RunSpecification) {
    self.name = name
    self.arm = arm
    factors = Factors(specification)
    self.specification = specification
  }

  public var seed: UInt64 { specification.options.seed }

  /// The steps whose weight updates are looked at: early ones, which may warn, and five on the way.
  var observedSteps: Set<Int> {
    let steps = specification.options.steps
    let shares = [0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1]
    return Set(shares.map { max(1, Int(($0 * Double(steps)).rounded())) })
  }

  /// How much work it is, in answers.
  var cost: Double {
    let options = specification.options
    return Double(options.steps * options.prompts * options.group * (1 + options.updatesPerRollout))
  }
}

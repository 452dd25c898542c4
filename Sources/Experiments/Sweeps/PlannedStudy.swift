package import Studies
package import Training

/// The plan of a study: many runs from one base.
package struct PlannedStudy: Sendable {
  package let title: String
  /// The folder of the base.
  package let basePath: String
  /// The settings of all runs, unless an arm changes them.
  package let common: Factors
  /// The arm that the others are compared with.
  package let baseline: String
  package let runs: [PlannedRun]

  package init(
    title: String, basePath: String, common: Factors, baseline: String, runs: [PlannedRun]
  ) {
    self.title = title
    self.basePath = basePath
    self.common = common
    self.baseline = baseline
    self.runs = runs
  }
}

/// One run of a study, to be trained, or a start to be probed.
package struct PlannedRun: Sendable {
  /// The name of its folder in `runs`; unique in the study.
  package let name: String
  package let arm: String
  package let factors: Factors
  package let specification: RunSpecification
  /// Whether the start is probed for the rate at which it dies, in place of one run at one rate.
  package let isProbe: Bool

  /// - Throws: As ``Factors/init(_:)``.
  package init(
    name: String, arm: String, specification: RunSpecification, isProbe: Bool = false
  ) throws {
    self.name = name
    self.arm = arm
    self.specification = specification
    self.isProbe = isProbe
    let factors = try Factors(specification)
    self.factors = isProbe ? factors.withoutRate : factors
  }

  package var seed: UInt64 { specification.options.seed }

  /// The steps whose weight updates are analysed: up to four early ones, which may give a warning, and up to five from
  /// 20 % to 100 % of the training.
  var observedSteps: Set<Int> {
    let steps = specification.options.steps
    let shares = [0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1]
    return Set(shares.map { max(1, Int(($0 * Double(steps)).rounded())) })
  }

  /// How many whole runs a bisection takes, about.
  private static let runsOfProbe = 8

  /// The estimated cost of the run: the number of answers sampled, plus the number learned from in all updates.
  var cost: Double {
    let options = specification.options
    let runs = isProbe ? Self.runsOfProbe : 1
    let answers = Double(options.steps) * Double(options.prompts) * Double(options.group)
    return Double(runs) * answers * Double(1 + options.updatesPerRollout)
  }
}

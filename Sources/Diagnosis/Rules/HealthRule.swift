import Checkpoints
public import Spectra

/// One way in which a run can be sick, and how it is seen.
///
/// The rule of a key has a section in docs/health.md with its thresholds and their reason.
public protocol HealthRule: Sendable {
  /// The key: `entropy-collapse`.
  static var name: String { get }
  /// What it looks for, in a line.
  static var summary: String { get }
  /// Applies the rule to a run.
  static func examine(_ run: ExaminedRun) -> Examination
}

/// What a rule says of a run.
public enum Examination: Equatable, Sendable {
  /// The rule is for another kind of training.
  case notMeant
  /// What the rule reads is missing: `not logged: entropy`.
  case skipped(String)
  /// Nothing was found.
  case clear
  /// Something was.
  case found(Symptom)

  /// Skips a rule for want of a quantity.
  static func notLogged(_ quantity: LoggedQuantity) -> Self {
    .skipped("not logged: \(quantity.names[0])")
  }
}

/// Everything that rules may look at.
public struct ExaminedRun: Sendable {
  public let settings: RunSettings
  public let log: TrainingLog
  /// The curve that says how the run went; nil if none was logged.
  public let outcome: Outcome?
  /// The summaries of the analysed checkpoints, ascending; empty if none was.
  public let steps: [StepSummary]
  /// The matrices of all of them.
  public let allModules: [ModuleAnalysis]
  /// The matrices of the last of them.
  public let modules: [ModuleAnalysis]
  /// The steps of all saved checkpoints, ascending.
  public let checkpoints: [Int]

  public init(
    settings: RunSettings, log: TrainingLog, steps: [StepSummary] = [],
    allModules: [ModuleAnalysis] = [], checkpoints: [Int] = []
  ) {
    self.settings = settings
    self.log = log
    self.steps = steps
    self.allModules = allModules
    modules = allModules.filter { $0.identity.step == steps.last?.step }
    self.checkpoints = checkpoints
    outcome = Outcome(of: log, kind: settings.kind)
  }
}

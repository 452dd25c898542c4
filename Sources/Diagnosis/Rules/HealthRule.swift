import Checkpoints

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
  static func notLogged(_ quantity: LoggedQuantity) -> Self { notLogged(quantity.names[0]) }

  /// Skips a rule for want of a column.
  static func notLogged(_ column: String) -> Self { .skipped("not logged: \(column)") }

  /// Skips a rule for want of points.
  static func tooShort(_ column: String) -> Self { .skipped("too few points of '\(column)'") }
}

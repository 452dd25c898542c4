/// One number of metrics.csv: its name, its meaning and where it comes from.
public protocol Metric: Sendable {
  /// The column in metrics.csv and the name on the command line, in snake case.
  static var name: String { get }
  /// One line for `sigmascope list metrics`.
  static var summary: String { get }
  /// The values the metric can take, as a reader of the table wants to see them: `[0, 1]`, `≥ 0`.
  static var range: String { get }
  /// `dimensionless`, `degrees`, `nats`, or `weight` for the unit of the weights.
  static var unit: String { get }
}

/// One number of metrics.csv: its name, its meaning and where it comes from.
public protocol Metric: Sendable {
  /// The column in metrics.csv and the name on the command line, in snake case.
  static var name: String { get }
  /// One line for `sigmascope list metrics` and the page.
  static var summary: String { get }
  /// The values the metric can take, as a reader of the table wants to see them: `[0, 1]`, `≥ 0`.
  static var range: String { get }
  /// `dimensionless`, `degrees`, `count`, or `weight` for the unit of the weights.
  static var unit: String { get }
}

/// A number of one list of singular values alone; it serves the update and the base.
public protocol SpectrumMetric: Metric {
  /// The metric of a spectrum that is not zero; nothing where it has no meaning.
  static func value(of spectrum: Spectrum) -> Double?
}

/// A number of an update seen against its base.
public protocol ChangeMetric: Metric {
  /// What has to be measured for it beyond the two spectra and the projection.
  static var needs: ChangeMeasurements.Wanted { get }
  /// The metric of an update that is not zero; nothing where it has no meaning.
  static func value(of change: ChangeMeasurements) -> Double?
}

extension ChangeMetric {
  public static var needs: ChangeMeasurements.Wanted { [] }
}

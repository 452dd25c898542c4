/// How many standard deviations ``HeadShareRight`` lies from what a random orientation of the same
/// update would give. About N(0, 1) if the update does not know the base; empty where the null has no
/// spread.
///
/// **Source:** ``HeadShareNull``.
public enum NullZRight: ChangeMetric {
  public static let name = "null_z_right"
  public static let summary = "Head share of the input side, in standard deviations from chance"
  public static let range = "real; about N(0, 1) by chance"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.headShareNull(.right).standardScore(of: change.headShare(.right))
  }
}

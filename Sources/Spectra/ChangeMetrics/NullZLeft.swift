/// How many standard deviations ``HeadShareLeft`` lies from what a random orientation of the same
/// update would give. About N(0, 1) if the update does not know the base; empty where the null has no
/// spread.
///
/// **Source:** ``HeadShareNull``.
public enum NullZLeft: ChangeMetric {
  public static let name = "null_z_left"
  public static let summary = "Head share of the output side, in standard deviations from chance"
  public static let range = "real; about N(0, 1) by chance"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.headShareNull(.left).standardScore(of: change.headShare(.left))
  }
}

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

/// A number computed from the singular values of an update alone.
public protocol SpectrumMetric: Metric {
  /// The metric of a spectrum that is not zero; nil if it has no meaning there.
  static func value(of spectrum: Spectrum) -> Double?
}

/// A number that compares an update with its base.
public protocol ChangeMetric: Metric {
  /// What has to be measured for it beyond the two spectra and the projection.
  static var needs: ChangeMeasurements.Wanted { get }
  /// The metric of an update that is not zero; nil if it has no meaning there.
  static func value(of change: ChangeMeasurements) -> Double?
}

extension ChangeMetric {
  public static var needs: ChangeMeasurements.Wanted { [] }
}

/// Every metric, in the order of the columns of metrics.csv. A new metric is a type in `Metrics`, in the file
/// of its idea, and one line here.
public enum MetricRegistry {
  /// Metrics of the update itself and of its effect as a whole.
  public static let updateMetrics: [any Metric.Type] = [
    UpdateFrobeniusNorm.self,
    UpdateSpectralNorm.self,
    RelativeUpdateNorm.self,
    StableRank.self,
    EffectiveRank.self,
    SpectralEntropy.self,
    ParticipationRatio.self,
    NuclearNorm.self,
    EnergyRank90.self,
    EnergyRank99.self,
    TopShare.self,
    UpdateRank.self,
    PowerLawAlpha.self,
    PowerLawDistance.self,
    PowerLawAlphaFARMS.self,
    MarchenkoPasturSpikes.self,
    CosineToBase.self,
    StorageSurvival.self,
    HeadConcentration.self,
  ]

  /// Metrics of the update against the singular basis and the entries of the base.
  public static let baseMetrics: [any Metric.Type] = [
    NormalizedSpectralShift.self,
    SpectralDriftShare.self,
    PrincipalAngleLeftMax.self,
    PrincipalAngleRightMax.self,
    PrincipalAngleLeftMean.self,
    PrincipalAngleRightMean.self,
    SubspaceOverlapLeft.self,
    SubspaceOverlapRight.self,
    HeadShareRight.self,
    HeadShareLeft.self,
    HeadShareTwoSided.self,
    TailShareRight.self,
    TailShareLeft.self,
    PrincipalHalfShare.self,
    EnergyCenterRight.self,
    EnergyCenterLeft.self,
    NonprincipalEnrichment.self,
    NullZRight.self,
    NullZLeft.self,
    IntruderCount.self,
    IntruderEnergyShare.self,
    BF16UpdateSparsity.self,
    PrincipalMaskOverlap.self,
    LowMagnitudeMaskOverlap.self,
    TaskDirectionRate.self,
    TaskDirectionIndex.self,
    TaskDirectionShare.self,
  ]

  /// All metrics, in the order of the columns.
  public static let all: [any Metric.Type] = updateMetrics + baseMetrics
  /// The names of all columns.
  public static let names: [String] = all.map { $0.name }
}

/// Every metric, in the order of the columns of metrics.csv. A new metric is one file and one line
/// here.
public enum MetricRegistry {
  /// Metrics of the update itself and of what it does as a whole.
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
  ]

  /// All metrics, in the order of the columns.
  public static var all: [any Metric.Type] { updateMetrics + baseMetrics }
  /// The names of all columns.
  public static var names: [String] { all.map { $0.name } }
}

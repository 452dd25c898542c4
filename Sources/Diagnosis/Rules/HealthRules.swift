/// The rules by which a run is judged.
public enum HealthRules {
  /// In the order of docs/health.md; of two that find equally much, the first makes the headline. A rule that is new joins
  /// by a line here.
  public static let all: [any HealthRule.Type] = [
    NonFiniteRule.self, CollapseRule.self, DivergenceRule.self, OverfittingRule.self,
    PlateauRule.self, LossSpikesRule.self, ReversedPreferenceRule.self, DisplacementRule.self,
    EntropyCollapseRule.self, EntropyExplosionRule.self, FirstStepsRule.self,
    PolicyDivergenceRule.self,
    ImportanceRatioRule.self, SamplingGapRule.self, SilentGroupsRule.self, TruncationRule.self,
    AnswerLengthRule.self, RepetitionRule.self, ClippingRule.self, RewardComponentsRule.self,
    GradientNormRule.self, ZeroRateRule.self,
    UpdateSizeRule.self, DeadModulesRule.self, RankInUseRule.self, HeadShareRule.self,
    StorageRule.self,
  ]
}

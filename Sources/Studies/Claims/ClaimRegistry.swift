/// Every claim that a study is asked about, in the order of the table.
///
/// A new claim is one file in this folder and one line here. The first twenty are those of papers, the others
/// are rival explanations of what these report.
public enum ClaimRegistry {
  /// All claims, by number.
  public static let all: [any Claim.Type] = [
    PrincipalStartCollapses.self,
    MinorStartFallsBehind.self,
    OrderOfStableMethods.self,
    ExpressivityFloor.self,
    CollapseComesWithRate.self,
    LowerRateRestores.self,
    HeadConcentration.self,
    FullUpdatePreservesSpectrum.self,
    UpdateSparsity.self,
    MaskGeometry.self,
    CommonMasks.self,
    OffPrincipal.self,
    DirectionsWithoutResidual.self,
    MinorStartDrifts.self,
    RankAndBatch.self,
    MaskedTraining.self,
    SpectrumRestoration.self,
    StableRankOverTime.self,
    Insensitivity.self,
    ArtefactControls.self,
    DropoutTakesPrincipalDown.self,
    MatchedMasksReturnLoss.self,
    EqualAtOwnBestRate.self,
    NeitherAloneKills.self,
    CurvaturePredictsDeath.self,
    ReloadNeedsItsBase.self,
  ]
}

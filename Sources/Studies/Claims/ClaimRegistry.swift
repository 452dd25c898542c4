/// Every claim that a study is asked about, in the order of the table.
///
/// A new claim is a type in the file of its question and one line here. The first twenty claims come from
/// papers, the next six are rival explanations of their results, claim 27 is a part of claim 12, claims 28 to 33 are
/// the hypotheses of study 2, claims 34 to 37 are again of papers, and claim 38 asks what claim 4 leaves open.
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
    ChangesAvoidPrincipalMask.self,
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
    OutputAtChance.self,
    CurvatureOrdersDeath.self,
    OneCalibrationTransfers.self,
    OneCurveForAllStarts.self,
    DirectionsTimesMagnitudes.self,
    MasksKillByMismatch.self,
    LeagueTableTurns.self,
    PrincipalStartDegradesFirst.self,
    RewardsTeachInsidePrincipalSubspace.self,
    PlainGradientsSuffice.self,
    AvoidingPrincipalDirectionsHelps.self,
    CapacityGrowsWithParameters.self,
  ]
}

/// A claim with what a study says of it: a row of the claims table.
public struct JudgedClaim: Codable, Equatable, Sendable {
  public var number: Int
  public var statement: String
  public var source: String
  public var reported: String
  public var rule: String
  public var finding: ClaimFinding

  init(
    number: Int, statement: String, source: String, reported: String, rule: String,
    finding: ClaimFinding
  ) {
    self.number = number
    self.statement = statement
    self.source = source
    self.reported = reported
    self.rule = rule
    self.finding = finding
  }

  init(_ claim: any Claim.Type, _ study: StudyResults) {
    self.init(
      number: claim.number, statement: claim.statement, source: claim.source,
      reported: claim.reported, rule: claim.rule, finding: claim.judge(study))
  }
}

extension ClaimRegistry {
  /// Claims, judged: all of them by default.
  public static func judge(
    _ study: StudyResults, _ claims: [any Claim.Type] = all
  ) -> [JudgedClaim] {
    claims.map { JudgedClaim($0, study) }
  }
}

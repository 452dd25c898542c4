/// A claim with what a study says of it: a row of the claims table.
public struct JudgedClaim: Codable, Equatable, Sendable {
  public var number: Int
  public var statement: String
  public var source: String
  public var reported: String
  public var rule: String
  public var finding: ClaimFinding

  init(_ claim: any Claim.Type, _ study: StudyResults) {
    number = claim.number
    statement = claim.statement
    source = claim.source
    reported = claim.reported
    rule = claim.rule
    finding = claim.judge(study)
  }
}

extension ClaimRegistry {
  /// Every claim, judged.
  public static func judge(_ study: StudyResults) -> [JudgedClaim] {
    all.map { JudgedClaim($0, study) }
  }
}

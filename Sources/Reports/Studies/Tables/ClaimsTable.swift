import Studies

/// claims.csv: one row for each claim.
enum ClaimsTable {
  static func bytes(of claims: [JudgedClaim]) -> [UInt8] {
    var table = CSVTable(
      columns: ["number", "claim", "verdict", "measured", "reported", "source", "rule"])
    for claim in claims {
      table.add(claim.number)
      for text in [
        claim.statement, claim.finding.verdict.rawValue, claim.finding.measured, claim.reported,
        claim.source, claim.rule,
      ] { table.add(text) }
      table.endRow()
    }
    return table.bytes
  }
}

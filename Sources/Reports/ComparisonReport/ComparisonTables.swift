import Diagnosis
import Studies

/// The tables of a comparison; rows of all groups stand below each other.
enum ComparisonTables {
  static func files(of groups: [StudyResults], _ comparison: RunComparison) -> [ReportFile] {
    var all = groups[0]
    for group in groups.dropFirst() { all.runs += group.runs }
    var merged = comparison.groups[0].comparison
    for group in comparison.groups.dropFirst() {
      merged.summaries += group.comparison.summaries
      merged.ownBest += group.comparison.ownBest
    }
    let (study, joined) = (all, merged)
    let claims = comparison.groups.flatMap(\.claims)
    return [
      ReportFile(name: "comparison.csv", bytes: ComparisonTable.bytes(of: joined)),
      ReportFile(name: "own_best.csv", bytes: OwnBestTable.bytes(of: joined)),
      ReportFile(name: "runs.csv", bytes: RunsTable.bytes(of: study)),
      ReportFile(name: "curves.csv", bytes: CurvesTable.bytes(of: study)),
      ReportFile(name: "steps.csv", bytes: StudySpectraTable.bytes(of: study)),
    ]
      + (claims.isEmpty
        ? [] : [ReportFile(name: "claims.csv", bytes: ClaimsTable.bytes(of: claims))])
  }
}

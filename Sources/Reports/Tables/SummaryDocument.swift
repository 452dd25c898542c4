import Diagnosis
import Documents
import Spectra

/// summary.json: the results that a script needs first. Its schema is docs/summary.schema.json.
struct SummaryDocument: Encodable {
  struct Totals: Encodable {
    let runs: Int
    let modules: Int
    let nonFiniteModules: Int
    let vectors: Int
  }

  /// How many modules each algorithm served.
  struct NumericsCounts: Encodable {
    let base: [String: Int]
    let update: [String: Int]
    let adapted: [String: Int]
  }

  /// The results for one run; the curves stay in the run's own files.
  struct Run: Encodable {
    let name: String
    let method: String
    let seed: Int?
    let base: BaseIdentity?
    let verdict: Verdict
    let settings: RunSettings
    let findings: [String]
    let warnings: [String]
    let steps: [StepSummary]
  }

  let schema = "sigmascope-summary-2"
  let command: [String]
  let version: String
  let kernel: String?
  let topCount: Int
  let totals: Totals
  let numerics: NumericsCounts
  let runs: [Run]

  init(of analysis: Analysis, _ overview: ResultsOverview) {
    command = analysis.command
    version = analysis.version
    kernel = analysis.kernel
    topCount = analysis.topCount
    totals = Totals(
      runs: analysis.runs.count, modules: analysis.modules.count,
      nonFiniteModules: overview.nonFiniteCount,
      vectors: analysis.vectors.count)
    func named(_ counts: [Numerics.Route: Int]) -> [String: Int] {
      Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })
    }
    numerics = NumericsCounts(
      base: named(overview.baseRoutes), update: named(overview.updateRoutes),
      adapted: named(overview.adaptedRoutes))
    runs = analysis.runs.map {
      Run(
        name: $0.name, method: $0.method, seed: $0.seed, base: $0.base, verdict: $0.verdict,
        settings: $0.settings, findings: $0.findings, warnings: $0.warnings, steps: $0.steps)
    }
  }

  /// The same analysis gives the same bytes.
  func bytes() throws -> [UInt8] { try JSONDocument.bytes(of: self) }
}

import Adapters
package import Checkpoints
import LinearAlgebra
import Updates

/// Whether a merged checkpoint holds an adapter: every weight is compared with base and update.
package struct MergeCheck: Sendable {
  private let units: [MergeUnit]
  private let merged: MergedWeights
  private let findings: [String]
  private let hasOtherBase: Bool

  /// Opens the checkpoints and finds what the adapter changes.
  /// - Parameters:
  ///   - base: The model that the adapter was trained on.
  ///   - adapter: An adapter, or a run of one, whose last checkpoint is taken.
  ///   - merged: The model that should hold it.
  ///   - alpha: In place of that of the adapter's configuration.
  ///   - allowsOtherBase: Whether a base that cannot be the one of training is a finding, and no fault.
  /// - Throws: ``MergeError``; what reading throws.
  package init(
    base: ModelFolder, adapter: MergeInput, merged: MergeInput, alpha: Double? = nil,
    allowsOtherBase: Bool = false
  ) throws {
    try adapter.requireAdapter()
    try merged.requireModel()
    let updates = try adapter.updates(of: base, alpha: alpha)
    units = MergeUnit.all(of: updates)
    if units.isEmpty { throw MergeError.nothingToMerge(adapter: adapter.path) }
    self.merged = try MergedWeights(of: merged, base: base)
    let review = try BaseReview(of: [adapter], on: base)
    hasOtherBase = !allowsOtherBase && review.contradiction(updates) != nil
    findings =
      try review.notes + BaseReview(of: [merged], on: nil).notes + updates.findings.warningLines
  }

  /// Compares all weights.
  /// - Parameter jobs: How many at once.
  /// - Throws: What reading throws; `CancellationError`.
  package func report(jobs: Int) async throws -> CheckReport {
    let own = units
    let merged = merged
    let largestFirst = own.sorted { $0.entryCount > $1.entryCount }
    var weights = try await ParallelMap.map(largestFirst, jobs: jobs) { unit in
      guard let weight = merged.weight(of: unit) else {
        return CheckedWeight(unit.name, .fault(.missing))
      }
      return try WeightCheck.checked(unit, merged: weight)
    }
    weights += try await merged.faults(besides: own, jobs: jobs)
    weights.sort { $0.name < $1.name }
    let conclusion = CheckConclusion(
      of: weights,
      resolved: Dictionary(
        own.compactMap { unit in unit.resolved.map { (unit.name, $0) } },
        uniquingKeysWith: { first, _ in first })
    ).against(otherBase: hasOtherBase)
    return CheckReport(
      conclusion: conclusion.conclusion, fault: conclusion.fault, headline: conclusion.headline,
      weights: weights, findings: findings + merged.findings)
  }
}

extension MergeUnit {
  /// How many entries of the base it is about.
  var entryCount: Int { base.rows * base.columns }

  /// Whether the weight after training is the base's, as it is or rounded to a type.
  var isUnchanged: Bool {
    get throws {
      guard let saved else { return false }
      let types = [saved.storageType, .bfloat16, .float16].filter(\.isRoundable)
      return try types.contains { type in
        try base.panels.allSatisfy { panel in
          try type.rounded(base.values(rows: panel)) == saved.values(rows: panel)
        }
      } || (types.isEmpty ? base.values() == saved.values() : false)
    }
  }
}

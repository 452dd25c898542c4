import Adapters
package import Checkpoints
import LinearAlgebra
import Updates

/// Whether a merged checkpoint holds an adapter: every weight is compared with base and update.
package struct MergeCheck: Sendable {
  private let units: [MergeUnit]
  private let merged: MergedWeights
  private let findings: [String]

  /// Opens the checkpoints and finds what the adapter changes.
  /// - Parameters:
  ///   - base: The model that the adapter was trained on.
  ///   - adapter: An adapter, or a run of one, whose last checkpoint is taken.
  ///   - merged: The model that should hold it.
  ///   - alpha: In place of that of the adapter's configuration.
  /// - Throws: ``MergeError``; what reading throws.
  package init(
    base: ModelFolder, adapter: MergeInput, merged: MergeInput, alpha: Double? = nil
  ) throws {
    try adapter.requireAdapter()
    try merged.requireModel()
    let updates = try adapter.updates(of: base, alpha: alpha)
    units = MergeUnit.all(of: updates)
    if units.isEmpty { throw MergeError.nothingToMerge(adapter: adapter.path) }
    self.merged = try MergedWeights(of: merged, base: base)
    findings = updates.findings.filter { $0.severity == .warning }.map(\.description)
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
    let others = merged.untouched(by: own).sorted { $0.entryCount > $1.entryCount }
    weights += try await ParallelMap.map(others, jobs: jobs) { unit in
      try unit.isUnchanged ? nil : CheckedWeight(unit.name, .fault(.unexpected))
    }.compactMap(\.self)
    weights.sort { $0.name < $1.name }
    let conclusion = CheckConclusion(
      of: weights,
      resolved: Dictionary(
        own.compactMap { unit in unit.resolved.map { (unit.name, $0) } },
        uniquingKeysWith: { first, _ in first }))
    return CheckReport(
      conclusion: conclusion.conclusion, fault: conclusion.fault, headline: conclusion.headline,
      weights: weights, findings: findings + merged.findings)
  }
}

/// The weights of a merged checkpoint, found by those of the base.
struct MergedWeights: Sendable {
  private let units: [MergeUnit]
  /// The tensors that have the shape of the base's, by the name of that.
  private let tensors: [String: ModelWeight]
  private let byPlace: [String: StoredMatrix]
  /// What a user should know of the checkpoint.
  let findings: [String]

  init(of merged: MergeInput, base: ModelFolder) throws {
    if try ModelFolder(path: merged.checkpoint.path).isSame(as: base) {
      throw MergeError.sameFolder(path: merged.path)
    }
    let updates = try merged.updates(of: base, isAlone: true)
    units = MergeUnit.all(of: updates)
    var tensors: [String: ModelWeight] = [:]
    var byPlace: [String: StoredMatrix] = [:]
    for unit in units {
      guard let saved = unit.saved else { continue }
      byPlace[unit.place] = saved
      if unit.base.pieces.count == 1, saved.pieces.count == 1 {
        let (old, new) = (unit.base.pieces[0].weight, saved.pieces[0].weight)
        if old.shape == new.shape { tensors[old.name] = new }
      }
    }
    self.tensors = tensors
    self.byPlace = byPlace
    findings = updates.findings.compactMap { finding in
      // That nothing but rounding changed is a verdict, and the verdicts say more.
      if case .withinRounding = finding { return nil }
      return finding.severity == .warning ? finding.description : nil
    }
  }

  /// The merged form of what an adapter changes; nil if the checkpoint has no such weight.
  func weight(of unit: MergeUnit) -> StoredMatrix? {
    let pieces = unit.base.pieces.compactMap { piece in
      tensors[piece.weight.name].map { StoredMatrix.Piece(weight: $0, rows: piece.rows) }
    }
    if pieces.count == unit.base.pieces.count {
      return StoredMatrix(pieces: pieces, rows: unit.base.rows, columns: unit.base.columns)
    }
    return byPlace[unit.place]
  }

  /// The weights of which none of these units changes an entry.
  func untouched(by others: [MergeUnit]) -> [MergeUnit] {
    var touched: [String: [Range<Int>]] = [:]
    for piece in others.flatMap(\.base.pieces) {
      touched[piece.weight.name, default: []].append(piece.rows)
    }
    return units.filter { unit in
      unit.base.pieces.allSatisfy { piece in
        touched[piece.weight.name, default: []].allSatisfy { !$0.overlaps(piece.rows) }
      }
    }
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

import Checkpoints
import LinearAlgebra
import Updates

/// The weights of a merged checkpoint, found by those of the base.
struct MergedWeights: Sendable {
  private struct Held {
    /// The first of the entries in the base's tensor.
    let first: Int
    let matrix: StoredMatrix

    var end: Int { first + matrix.rows * matrix.columns }
  }

  private let units: [MergeUnit]
  /// What the checkpoint has in place of the entries of each of the base's tensors, in their order.
  private let held: [String: [Held]]
  /// Weights of the base that the checkpoint lacks, or has in another shape.
  private let faults: [CheckedWeight]
  /// What a user should know of the checkpoint.
  let findings: [String]

  init(of merged: MergeInput, base: ModelFolder) throws {
    if try ModelFolder(path: merged.checkpoint.path).isSame(as: base) {
      throw MergeError.sameFolder(path: merged.path)
    }
    let updates = try merged.updates(of: base, isAlone: true)
    units = MergeUnit.all(of: updates)
    // A tied weight may be there under both names.
    var held: [String: [Int: StoredMatrix]] = [:]
    for unit in units {
      guard let saved = unit.saved, saved.shape == unit.base.shape else { continue }
      for span in unit.base.spans {
        held[span.tensor, default: [:]][span.first] = saved.slice(span.rows)
      }
    }
    self.held = held.mapValues { matrices in
      matrices.sorted { $0.key < $1.key }.map { Held(first: $0.key, matrix: $0.value) }
    }
    var faults: [CheckedWeight] = []
    var findings: [String] = []
    for finding in updates.findings {
      switch finding {
      case .missingFromCheckpoint(let tensors):
        faults += tensors.map { CheckedWeight($0, .fault(.missing)) }
      case .shapeDiffers(let name, _, _), .vocabularyResized(let name, _, _):
        faults.append(CheckedWeight(name, .fault(.otherShape)))
      // That nothing but rounding changed is a verdict, and the verdicts say more.
      case .withinRounding: continue
      case .new: findings.append(finding.description)
      default: if finding.severity == .warning { findings.append(finding.description) }
      }
    }
    self.faults = faults
    self.findings = findings
  }

  /// The faults of what an adapter does not change: weights that changed all the same, are absent, or have another shape.
  /// - Parameters:
  ///   - own: What the adapter changes.
  ///   - jobs: How many weights are compared at once.
  /// - Throws: What reading throws; `CancellationError`.
  func faults(besides own: [MergeUnit], jobs: Int) async throws -> [CheckedWeight] {
    let others = untouched(by: own).sorted { $0.entryCount > $1.entryCount }
    let unexpected = try await ParallelMap.map(others, jobs: jobs) { unit in
      try unit.isUnchanged ? nil : CheckedWeight(unit.name, .fault(.unexpected))
    }
    let changed = Set(own.map(\.name) + own.flatMap { $0.base.pieces.map(\.weight.name) })
    return unexpected.compactMap(\.self) + faults.filter { !changed.contains($0.name) }
  }

  /// The merged form of what an adapter changes; nil if the checkpoint has no such weight.
  func weight(of unit: MergeUnit) -> StoredMatrix? {
    var pieces: [StoredMatrix.Piece] = []
    for span in unit.base.spans {
      guard let found = self.pieces(of: span, columns: unit.base.columns) else { return nil }
      pieces += found
    }
    return StoredMatrix(pieces: pieces, rows: unit.base.rows, columns: unit.base.columns)
  }

  /// What holds all entries of a span, from top to bottom; nil if nothing does.
  private func pieces(of span: TensorSpan, columns: Int) -> [StoredMatrix.Piece]? {
    let width = max(columns, 1)
    let end = span.first + span.rows.count * columns
    var next = span.first
    var pieces: [StoredMatrix.Piece] = []
    for other in held[span.tensor] ?? [] {
      guard other.matrix.columns == columns, other.first <= next,
        next < min(other.end, end) || next == end && pieces.isEmpty,
        (next - other.first).isMultiple(of: width)
      else { continue }
      let last = min(other.end, end)
      pieces +=
        other.matrix.slice((next - other.first) / width..<(last - other.first) / width).pieces
      next = last
    }
    return next == end && !pieces.isEmpty ? pieces : nil
  }

  /// The weights of which none of these units changes an entry.
  private func untouched(by others: [MergeUnit]) -> [MergeUnit] {
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

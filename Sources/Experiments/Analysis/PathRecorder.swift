import LinearAlgebra
import Spectra
import Updates

/// Follows one module through the checkpoints of a run: keeps the updates that are made anyway, and makes the
/// ``ModuleTrajectory`` when all checkpoints were measured.
struct PathRecorder {
  /// The checkpoints that the path may have points at: their positions in the run, and their updates.
  private let positions: [Int]
  private let updates: [ModuleUpdate]
  private let base: GroupBase?
  private let shape: OrientedShape
  private let wanted: Set<String>
  /// The updates in memory, by their position; empty unless all fit.
  private var forms: [Int: UpdateForm] = [:]
  private let areKept: Bool
  /// What the results say of the checkpoints, in the order of the positions.
  private var stations: [Station] = []

  /// What a path needs of a result.
  private struct Station {
    let identity: ModuleIdentity
    /// Whether training had not changed the matrix: what is left may be its rounding to another type.
    let isAtOrigin: Bool
    /// Whether the update can be compared with the others.
    let isOnPath: Bool
  }

  /// Nil if nothing about paths is wanted.
  /// - Parameters:
  ///   - units: Of one run, the steps ascending.
  ///   - shape: Of the weight.
  init?(
    _ units: ArraySlice<AnalysisUnit>, shape: OrientedShape, base: GroupBase?,
    options: AnalysisOptions
  ) {
    guard options.wantsPaths, !units.isEmpty else { return nil }
    positions = UpdatePath.positions(amongst: units.count)
    updates = positions.map { units[units.startIndex + $0].update }
    self.base = base
    self.shape = shape
    wanted = options.metrics
    areKept = PathMemory(of: units, shape: shape).blocks.count == 1
  }

  /// Keeps the update at a position of the run for the path, if it is needed and there is room.
  mutating func keep(_ form: UpdateForm, at position: Int) {
    if areKept, isNext(position) { forms[position] = form }
  }

  /// Notes the result at a position of the run; all positions come in their order.
  mutating func note(_ result: ModuleAnalysis, at position: Int) {
    guard isNext(position) else { return }
    let isUsable = result.nonFiniteCount == 0
    stations.append(
      Station(
        identity: result.identity,
        isAtOrigin: isUsable && (result.isRounding || result.updateSingularValues.isEmpty),
        isOnPath: isUsable && !result.isRounding && result.identity.rows == shape.rows
          && result.identity.columns == shape.columns))
  }

  private func isNext(_ position: Int) -> Bool {
    stations.count < positions.count && positions[stations.count] == position
  }

  /// The path through the updates of all checkpoints, whose results were noted.
  ///
  /// It begins after the last checkpoint up to which nothing had changed, and ends before the first one with numbers
  /// that cannot be used.
  /// - Throws: What making and reading updates throws; a LAPACK failure.
  func trajectory() throws -> ModuleTrajectory {
    let start = stations.firstIndex { !$0.isAtOrigin } ?? stations.endIndex
    let end = stations[start...].firstIndex { !$0.isOnPath } ?? stations.endIndex
    let last = end > start ? end - 1 : stations.endIndex - 1
    let origin = start > 0 ? stations[start - 1].identity.step : 0
    let steps = stations[start..<end].map(\.identity.step)
    let known = ModuleTrajectory(
      identity: stations[last].identity, origin: origin, points: steps.map { PathPoint(step: $0) })
    guard steps.count >= UpdatePath.fewestPoints else { return known }
    let blocks = PathMemory(held: updates[start..<end].map(\.heldCount), shape: shape).blocks
    let gram = try PathGram(shape: shape, base: base?.panels).matrix(of: blocks) { index in
      try forms[positions[start + index]] ?? UpdateForm(updates[start + index], base: base)
    }
    guard gram.isFinite else { return known }
    let path = try UpdatePath(origin: origin, steps: steps, gram: gram)
    return try ModuleTrajectory(identity: known.identity, path: path, wanted: wanted)
  }
}

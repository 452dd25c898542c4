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
  private let kept: Set<Int>

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
    kept = PathMemory(of: units, shape: shape).blocks.count == 1 ? Set(positions) : []
  }

  /// Keeps the update at a position of the run for the path, if it is needed and there is room.
  mutating func keep(_ form: UpdateForm, at position: Int) {
    if kept.contains(position) { forms[position] = form }
  }

  /// The path through the measured updates.
  ///
  /// It begins after the last checkpoint up to which nothing had changed, and ends before the first one with numbers
  /// that cannot be used.
  /// - Parameter measured: The results of all units of the run.
  /// - Throws: What making and reading updates throws; a LAPACK failure.
  func trajectory(through measured: [ModuleAnalysis]) throws -> ModuleTrajectory {
    let results = positions.map { measured[$0] }
    let start = results.firstIndex { !$0.isAtOrigin } ?? results.endIndex
    let end = results[start...].firstIndex { !$0.isOnPath(of: shape) } ?? results.endIndex
    let last = end > start ? end - 1 : results.endIndex - 1
    let origin = start > 0 ? results[start - 1].identity.step : 0
    let steps = results[start..<end].map(\.identity.step)
    let known = ModuleTrajectory(
      identity: results[last].identity, origin: origin, points: steps.map { PathPoint(step: $0) })
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

extension ModuleAnalysis {
  /// Whether training had not changed the matrix: what is left may be its rounding to another type.
  fileprivate var isAtOrigin: Bool {
    nonFiniteCount == 0 && (isRounding || updateSingularValues.isEmpty)
  }

  /// Whether the update can be compared with others of a shape.
  fileprivate func isOnPath(of shape: OrientedShape) -> Bool {
    nonFiniteCount == 0 && !isRounding && identity.rows == shape.rows
      && identity.columns == shape.columns
  }
}

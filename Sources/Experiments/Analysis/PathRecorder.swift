import LinearAlgebra
import Spectra

/// Follows one module through the checkpoints of a run: keeps the updates that are made anyway, and makes the
/// ``ModuleTrajectory`` when all checkpoints were measured.
struct PathRecorder {
  private let units: [AnalysisUnit]
  private let base: GroupBase?
  private let shape: OrientedShape
  private let wanted: Set<String>
  /// The updates in memory, by their position; empty unless all fit.
  private var forms: [Int: UpdateForm] = [:]
  private let holds: Bool

  /// Nil if nothing about paths is wanted.
  /// - Parameters:
  ///   - units: Of one run, the steps ascending.
  ///   - shape: Of the weight.
  init?(
    _ units: some Collection<AnalysisUnit>, shape: OrientedShape, base: GroupBase?,
    options: AnalysisOptions
  ) {
    guard options.wantsPaths, !units.isEmpty else { return nil }
    self.units = Array(units)
    self.base = base
    self.shape = shape
    wanted = options.metrics
    holds = PathMemory(of: units, shape: shape).blocks.count == 1
  }

  /// Keeps the update of a unit for the path, if there is room.
  mutating func keep(_ form: UpdateForm, at position: Int) {
    if holds { forms[position] = form }
  }

  /// The path through the measured updates.
  ///
  /// It begins after the last checkpoint before which nothing had changed and ends before the first one with numbers
  /// that cannot be used.
  /// - Parameter results: Of the units, in their order.
  /// - Throws: What making and reading updates throws; a LAPACK failure.
  func trajectory(through results: [ModuleAnalysis]) throws -> ModuleTrajectory {
    let start = results.firstIndex { !$0.isAtOrigin } ?? results.endIndex
    let end = results[start...].firstIndex { !$0.isOnPath(of: shape) } ?? results.endIndex
    let last = end > start ? end - 1 : results.endIndex - 1
    let origin = start > 0 ? results[start - 1].identity.step : 0
    let steps = results[start..<end].map(\.identity.step)
    let known = ModuleTrajectory(
      identity: results[last].identity, origin: origin, points: steps.map { PathPoint(step: $0) })
    guard steps.count >= UpdatePath.fewestPoints else { return known }
    let blocks = PathMemory(of: units[start..<end], shape: shape).blocks
    let gram = try PathGram(shape: shape, base: base?.panels).matrix(of: blocks) { index in
      try forms[start + index] ?? UpdateForm(units[start + index].update, base: base)
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

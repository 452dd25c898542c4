package import Checkpoints
import LinearAlgebra
import Updates

/// Compares what two checkpoints changed in one base.
package struct UpdateDiff: Sendable {
  private let base: ModelFolder?
  private let paths: [String]
  private let titles: [String]
  private let pairs: [Pair]
  private let alone: [[String]]
  private let findings: [String]
  private let directions: Int

  private struct Pair: Sendable {
    let first: DiffedUpdate
    let second: DiffedUpdate
  }

  /// Opens the checkpoints and finds the weights that both change.
  /// - Parameters:
  ///   - base: The model that both were trained on; nil for two adapters whose updates do not depend on it.
  ///   - directions: How many leading directions of each update are compared at most.
  /// - Throws: ``MergeError``; what reading throws.
  package init(
    base: ModelFolder?, _ first: MergeInput, _ second: MergeInput, directions: Int
  ) throws {
    self.base = base
    self.directions = directions
    paths = [first.path, second.path]
    titles = [first.title, second.title]
    let updates = [try first.updates(of: base), try second.updates(of: base)]
    let whole = updates.map { updates in
      base == nil
        ? updates.modules.map(DiffedUpdate.init(alone:))
        : MergeUnit.all(of: updates).map(DiffedUpdate.init)
    }
    let units = [whole[0].cut(by: whole[1]), whole[1].cut(by: whole[0])]
    let places = units.map { units in
      Dictionary(units.map { ($0.place, $0) }, uniquingKeysWith: { first, _ in first })
    }
    pairs = units[0].compactMap { unit in
      places[1][unit.place].map { Pair(first: unit, second: $0) }
    }
    if pairs.isEmpty { throw MergeError.nothingInCommon(paths: paths) }
    alone = [
      Self.names(of: units[0], without: places[1]), Self.names(of: units[1], without: places[0]),
    ]
    findings =
      try BaseReview(of: [first, second], on: base).notes
      + zip(paths, updates).flatMap { path, updates in
        (base == nil && !updates.vectors.isEmpty
          ? ["'\(path)': its \(updates.vectors.count) vectors are left out: they need the base"]
          : [])
          + updates.findings.warningLines.map { "'\(path)': \($0)" }
      }
  }

  /// The names of the weights, or of the rows of them, that the other checkpoint does not change.
  private static func names(
    of units: [DiffedUpdate], without others: [String: DiffedUpdate]
  ) -> [String] {
    let left = units.filter { others[$0.place] == nil }
    let rows = Dictionary(grouping: left, by: \.module).mapValues { $0.reduce(0) { $0 + $1.rows } }
    var seen: Set<String> = []
    return left.map { $0.height == rows[$0.module] ? $0.module : $0.name }
      .filter { seen.insert($0).inserted }
  }

  /// Compares all weights.
  /// - Parameter jobs: How many at once.
  /// - Throws: What reading throws; a LAPACK failure; `CancellationError`.
  package func report(jobs: Int) async throws -> DiffReport {
    let count = directions
    let largestFirst = pairs.sorted {
      $0.first.rows * $0.first.columns > $1.first.rows * $1.first.columns
    }
    let paths = paths
    let measured = try await ParallelMap.map(largestFirst, jobs: jobs) { pair in
      let measurement = try PairMeasurement(pair.first, pair.second)
      do {
        return try measurement.diff(directions: count)
      } catch LinearAlgebraError.notFinite {
        throw MergeError.notFinite(weight: measurement.name, paths: paths)
      }
    }
    // A checkpoint with all weights has those that did not change.
    let results = measured.filter { $0.diff.norms.allSatisfy { $0 > 0 } }
    let unchanged = [0, 1].map { side in
      measured.filter { $0.diff.norms[side] == 0 && $0.diff.norms[1 - side] > 0 }.map(\.diff.name)
    }
    let inner = results.reduce(0) { $0 + $1.scan.inner }
    let energies = [
      results.reduce(0) { $0 + $1.scan.energies[0] },
      results.reduce(0) { $0 + $1.scan.energies[1] },
    ]
    let difference = results.reduce(0) { $0 + $1.scan.difference }
    let norms = (energies[0] * energies[1]).squareRoot()
    return DiffReport(
      checkpoints: paths, titles: titles, base: base?.path, shared: measured.count,
      weights: results.map(\.diff).sorted { $0.name < $1.name },
      onlyFirst: alone[0] + unchanged[1].sorted(),
      onlySecond: alone[1] + unchanged[0].sorted(), zeroInFirst: unchanged[0].sorted(),
      zeroInSecond: unchanged[1].sorted(), cosine: norms > 0 ? inner / norms : nil,
      distance: energies[0] > 0 ? (difference / energies[0]).squareRoot() : nil,
      findings: findings)
  }
}

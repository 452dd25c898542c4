package import LinearAlgebra
package import Studies
import Training

/// Where a matrix of a run began and how far training moved it.
package struct Displacement: Sendable {
  /// Out × in, both.
  package let start: Matrix
  package let update: Matrix

  package init(start: Matrix, update: Matrix) {
    self.start = start
    self.update = update
  }

  /// Which entries changed by more than a share η of their size: |ŵ − w| > η · max(|w|, |ŵ|).
  ///
  /// If both weights are stored in bfloat16, η = 0.001 finds those of which a bit changed.
  ///
  /// **Source:** Zhu et al., "The path not taken", 2025, arXiv 2511.08567, the definition of unchanged entries.
  package func changed(beyond tolerance: Double) -> EntryMask {
    EntryMask(
      zip(start.values, update.values).map { old, change in
        abs(change) > tolerance * max(abs(old), abs(old + change))
      })
  }

  /// The same with the entries of the update in another order.
  func shuffled(using generator: inout SplitMix64) -> Displacement {
    Displacement(
      start: start,
      update: Matrix(
        rows: update.rows, columns: update.columns,
        values: update.values.shuffled(using: &generator)))
  }
}

/// What training moved, by module.
typealias Displacements = [String: Displacement]

extension Displacements {
  /// How much the entries that changed in two runs have in common; nil if none changed.
  func overlap(with other: Displacements, beyond tolerance: Double) -> MaskOverlap? {
    MaskOverlap(
      mapValues { $0.changed(beyond: tolerance) },
      other.mapValues { $0.changed(beyond: tolerance) })
  }

  /// The share of all entries that changed.
  func density(beyond tolerance: Double) -> Double {
    let masks = values.map { $0.changed(beyond: tolerance) }
    return Double(masks.reduce(0) { $0 + $1.count })
      / Double(Swift.max(1, masks.reduce(0) { $0 + $1.entries }))
  }

  /// What ``overlap(with:beyond:)`` would be if both runs had moved the entries of each matrix by the same numbers in
  /// another order: what the sizes of the weights alone give, because small entries change first. The Jaccard overlap
  /// less chance, mean of four drawn orders.
  func overlapBySize(
    with other: Displacements, beyond tolerance: Double, seed: UInt64
  ) -> Double? {
    var generator = SplitMix64(seed: seed)
    let draws = (0..<4).compactMap { _ in
      shuffled(using: &generator).overlap(
        with: other.shuffled(using: &generator), beyond: tolerance)
    }
    return SampleMoments.mean(of: draws.map { $0.jaccard - $0.expected })
  }

  private func shuffled(using generator: inout SplitMix64) -> Displacements {
    // A dictionary has no order of its own that would be the same twice.
    keys.sorted().reduce(into: [:]) { result, name in
      result[name] = self[name]?.shuffled(using: &generator)
    }
  }
}

import Foundation
import LinearAlgebra

/// Whether the scores of all arms lie on one curve over some size of a step.
///
/// The score of each cell (an arm at a learning rate) is predicted from the cells of all other arms: their mean, weighted
/// by a Gaussian of the distance in the logarithm of the size. So an arm never predicts itself, and a size that only tells
/// arms apart predicts nothing.
package struct CommonCurve: Sendable {
  /// An arm at a learning rate.
  package struct Cell: Sendable {
    package let arm: String
    /// Above 0: the rate, or η√κ.
    package let size: Double
    package let score: Double

    package init(arm: String, size: Double, score: Double) {
      self.arm = arm
      self.size = size
      self.score = score
    }
  }

  /// The standard deviation of the weights, in decades.
  package static let bandwidth = 0.2

  package let cells: [Cell]
  /// What the other arms predict for each cell.
  package let predictions: [Double]
  private let arms: [String]

  /// - Parameter cells: At least two arms.
  package init(_ cells: [Cell]) {
    self.cells = cells
    var seen = Set<String>()
    arms = cells.map(\.arm).filter { seen.insert($0).inserted }
    predictions = cells.map { Self.prediction(for: $0, from: cells) }
  }

  private static func prediction(for cell: Cell, from cells: [Cell]) -> Double {
    let others = cells.filter { $0.arm != cell.arm }
    let distances = others.map { abs(log10($0.size / cell.size)) / bandwidth }
    // Relative to the nearest, so that a cell far from all others gets the nearest score and not 0/0.
    let nearest = distances.min() ?? 0
    let weights = distances.map { exp((nearest * nearest - $0 * $0) / 2) }
    let sum = weights.reduce(0, +)
    return zip(weights, others).reduce(0) { $0 + $1.0 * $1.1.score } / sum
  }

  /// 1 less the squared errors by the squared distances from the mean score; below 0 if the mean predicts better.
  package var determination: Double? { determination(of: arms) }

  /// The same over some arms, each as often as it is named.
  package func determination(of drawn: [String]) -> Double? {
    let groups = Dictionary(grouping: cells.indices) { cells[$0].arm }
    let indices = drawn.flatMap { groups[$0] ?? [] }
    guard let mean = SampleMoments.mean(of: indices.map { cells[$0].score }) else { return nil }
    let errors = indices.reduce(0) { $0 + pow(cells[$1].score - predictions[$1], 2) }
    let total = indices.reduce(0) { $0 + pow(cells[$1].score - mean, 2) }
    return total > 0 ? 1 - errors / total : nil
  }

  /// The interval of a number of resampled arms.
  package func interval(_ number: ([String]) -> Double?) -> ConfidenceInterval? {
    BootstrapInterval(.percentile, resamples: 4_000).overIndices(count: arms.count) { indices in
      number(indices.map { arms[$0] })
    }
  }
}

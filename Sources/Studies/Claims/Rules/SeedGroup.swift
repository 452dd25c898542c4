import Diagnosis
import Foundation
import Spectra

/// Runs that differ only in their seed, with their name in a verdict.
///
/// Runs without a seed cannot be paired and are left out.
struct SeedGroup {
  let name: String
  let runs: [StudyRun]

  /// A number for each seed.
  func values(_ value: (StudyRun) -> Double?) -> [Int: Double] {
    runs.reduce(into: [:]) { found, run in
      if let seed = run.seed, let number = value(run) { found[seed] = number }
    }
  }

  /// A test of a number of each run of this group.
  func test(
    _ label: String, _ direction: MarginTest.Direction, margin: Double,
    scale: MarginTest.Scale = .plain, of value: (StudyRun) -> Double?
  ) -> MarginTest {
    let values = values(value)
    return MarginTest(
      label, needs: name, values: values.keys.sorted().compactMap { values[$0] }, direction,
      margin: margin, scale: scale)
  }

  /// A test of final minus start score.
  func gain(_ direction: MarginTest.Direction, margin: Double) -> MarginTest {
    test("\(name), final score less start", direction, margin: margin, of: \.gain)
  }

  /// A test of the final score divided by the start score, minus 1; −1 means that nothing is left.
  func relativeChange(_ direction: MarginTest.Direction, margin: Double) -> MarginTest {
    test("\(name), final score by start, less 1", direction, margin: margin, of: \.relativeChange)
  }

  /// A test of this group minus another, seed by seed; of final scores unless another number is given.
  func less(
    _ other: SeedGroup, _ direction: MarginTest.Direction, margin: Double, what: String = "score",
    level: Double = 0.95, of value: (StudyRun) -> Double? = \.finalScore
  ) -> MarginTest {
    MarginTest(
      "\(what), \(name) less \(other.name)", needs: "\(name) and \(other.name)",
      values: Self.paired(values(value), other.values(value)) { $0 - $1 }, direction,
      margin: margin, level: level)
  }

  /// A test of the ratio of this group to another, seed by seed.
  /// - Parameters:
  ///   - other: The divisor.
  ///   - direction: What is claimed.
  ///   - factor: The margin: 2 means twice as much for `above`, half as much for `below`.
  ///   - what: The number's name.
  ///   - value: The number; a ratio that is not positive is left out.
  func by(
    _ other: SeedGroup, _ direction: MarginTest.Direction, factor: Double, what: String,
    of value: (StudyRun) -> Double?
  ) -> MarginTest {
    MarginTest(
      "\(what), \(name) by \(other.name)", needs: "\(name) and \(other.name) with \(what)",
      values: Self.paired(values(value), other.values(value)) { log($0 / $1) }, direction,
      margin: log(factor), scale: .logarithm)
  }

  /// A number for each seed that both have, ordered by seed.
  static func paired(
    _ first: [Int: Double], _ second: [Int: Double], _ combine: (Double, Double) -> Double
  ) -> [Double] {
    first.keys.sorted().compactMap { seed in
      first[seed].flatMap { one in second[seed].map { combine(one, $0) } }
    }
  }
}

extension StudyRun {
  /// Final minus start score.
  var gain: Double? {
    finalScore.flatMap { final in startScore.map { final - $0 } }
  }

  /// The final score divided by the start score, minus 1; nil unless the start is above 0.
  var relativeChange: Double? {
    gain.flatMap { gain in startScore.flatMap { $0 > 0 ? gain / $0 : nil } }
  }

  /// Whether the run collapsed or ended below half of its start score.
  var isLost: Bool { isCollapsed || relativeChange.map { $0 < -0.5 } ?? false }

  /// A metric at the first measured step that moved the weights.
  ///
  /// A warm-up begins at rate 0, so its first step moves nothing. Where the base was split into a residual and factors,
  /// such a step leaves rounding, which has a norm and directions but no rank.
  func first(_ metric: String) -> Double? {
    steps.first {
      $0.step > 0 && $0.medians[metric] != nil && ($0.medians[UpdateRank.name] ?? 1) > 0
    }?.medians[metric]
  }
}

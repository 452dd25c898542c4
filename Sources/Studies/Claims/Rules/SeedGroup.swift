import Foundation
import Spectra

/// Runs that differ by their seed alone, and what they are called in a verdict.
///
/// Runs without a seed cannot be paired and are left out.
struct SeedGroup {
  let name: String
  let runs: [StudyRun]

  /// A number of each seed.
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

  /// A test of the final score relative to the start, less 1: −1 is nothing left.
  func relativeChange(_ direction: MarginTest.Direction, margin: Double) -> MarginTest {
    test("\(name), final score by start, less 1", direction, margin: margin, of: \.relativeChange)
  }

  /// A test of this group less another, seed by seed; of final scores unless a number is given.
  func less(
    _ other: SeedGroup, _ direction: MarginTest.Direction, margin: Double, what: String = "score",
    level: Double = 0.95, of value: (StudyRun) -> Double? = \.finalScore
  ) -> MarginTest {
    MarginTest(
      "\(what), \(name) less \(other.name)", needs: "\(name) and \(other.name)",
      values: Self.paired(values(value), other.values(value)) { $0 - $1 }, direction,
      margin: margin, level: level)
  }

  /// A test of this group by another, seed by seed, as a ratio.
  /// - Parameters:
  ///   - other: What is divided by.
  ///   - direction: What is claimed.
  ///   - factor: The margin: 2 is twice as much, or half for `below`.
  ///   - what: The number's name.
  ///   - value: The number; a ratio is left out where it is not positive.
  func by(
    _ other: SeedGroup, _ direction: MarginTest.Direction, factor: Double, what: String,
    of value: (StudyRun) -> Double?
  ) -> MarginTest {
    MarginTest(
      "\(what), \(name) by \(other.name)", needs: "\(name) and \(other.name) with \(what)",
      values: Self.paired(values(value), other.values(value)) { log($0 / $1) }, direction,
      margin: log(factor), scale: .logarithm)
  }

  /// A number of each seed that both have, in the order of seeds.
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

  /// The final score relative to the start, less 1; nil for a start at 0.
  var relativeChange: Double? {
    gain.flatMap { gain in startScore.flatMap { $0 > 0 ? gain / $0 : nil } }
  }

  /// Whether the run collapsed or ended below half of its start score.
  var isLost: Bool { isCollapsed || relativeChange.map { $0 < -0.5 } ?? false }

  /// A metric at the first step after the start that was looked at.
  func first(_ metric: String) -> Double? {
    steps.first { $0.step > 0 && $0.medians[metric] != nil }?.medians[metric]
  }
}

/// A rule that chooses how many singular directions of each update a low-rank copy keeps.
///
/// A new rule is one type and one line in ``RankRules``.
package protocol RankRule: Sendable {
  /// What `--rank` calls it.
  static var name: String { get }
  /// One line for `list rank-rules`.
  static var summary: String { get }
  /// The number that follows the name and an equals sign; nil if none does.
  static var number: RankNumber? { get }
  /// Whether the rank of an update depends on the others, so that all spectra are needed first.
  static var sharesOut: Bool { get }

  /// - Parameter number: One of the range that ``number`` says; ignored if the rule has none.
  init(_ number: Double)

  /// How many of the largest singular values of each update are kept, in the order of the updates. A zero update has
  /// rank 0.
  /// - Parameter groups: Which updates will be stored with one rank; every update is in one of them.
  func ranks(of spectra: [Spectrum], in groups: [RankGroup]) -> [Int]
}

extension RankRule {
  /// The ranks of updates that are each stored by themselves.
  package func ranks(of spectra: [Spectrum]) -> [Int] {
    ranks(of: spectra, in: RankGroup.alone(spectra))
  }
}

/// The number of a rule.
package struct RankNumber: Sendable {
  package let meaning: String
  package let range: ClosedRange<Double>
  package let isWhole: Bool

  init(_ meaning: String, _ range: ClosedRange<Double>, isWhole: Bool = false) {
    self.meaning = meaning
    self.range = range
    self.isWhole = isWhole
  }

  package func allows(_ value: Double) -> Bool {
    range.contains(value) && (!isWhole || value == value.rounded())
  }
}

/// A rule that looks at one update at a time.
package protocol LocalRankRule: RankRule {
  /// - Parameter spectrum: That of an update that is not zero.
  func rank(of spectrum: Spectrum) -> Int
}

extension LocalRankRule {
  package func ranks(of spectra: [Spectrum], in _: [RankGroup]) -> [Int] {
    spectra.map { $0.isZero ? 0 : rank(of: $0.inUsableUnit) }
  }
}

extension RankRule {
  package static var sharesOut: Bool { false }
}

/// The rules of rank.
package enum RankRules {
  /// In the order of `list rank-rules`.
  package static let all: [any RankRule.Type] = [
    CountRule.self, ExactRule.self, AutomaticRule.self, EnergyRule.self, SingularValueSumRule.self,
    FrobeniusRule.self, RatioRule.self, AbsoluteThresholdRule.self, RelativeThresholdRule.self,
    MarchenkoPasturRule.self, GavishDonohoRule.self, BudgetRule.self,
  ]
}

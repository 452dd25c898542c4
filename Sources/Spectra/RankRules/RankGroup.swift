/// Updates that are stored with one rank: zeros fill up the factors of those that have less.
package struct RankGroup: Sendable {
  /// Their places among the updates.
  package let members: [Int]
  /// How many parameters one more direction of all of them takes.
  package let cost: Int

  package init(members: [Int], cost: Int) {
    self.members = members
    self.cost = cost
  }

  /// Each update by itself, stored once.
  package static func alone(_ spectra: [Spectrum]) -> [RankGroup] {
    spectra.enumerated().map { index, spectrum in
      RankGroup(members: [index], cost: spectrum.rows + spectrum.columns)
    }
  }
}

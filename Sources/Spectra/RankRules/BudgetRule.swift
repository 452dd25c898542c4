/// A number of parameters, shared out so that the least energy is lost altogether: the direction with the largest
/// s² / (rows + columns) of all updates comes next, as long as it fits. An update may get none.
///
/// Of updates that are stored with one rank, the next directions are taken together: Σ s² / Σ (rows + columns).
package struct BudgetRule: RankRule {
  package static let name = "budget"
  package static let summary = "this many parameters, shared out so that the least energy is lost"
  package static let number: RankNumber? = RankNumber(
    "a number of parameters", 1...1e15, isWhole: true)
  package static let sharesOut = true

  private let parameters: Int

  package init(_ number: Double) { parameters = Int(number) }

  package func ranks(of spectra: [Spectrum], in groups: [RankGroup]) -> [Int] {
    // In one unit for all updates, in which squares keep their digits.
    let largest = spectra.map(\.largest).max() ?? 0
    guard largest > 0 else { return spectra.map { _ in 0 } }
    let counts = spectra.map { spectrum in spectrum.values.count { $0 > spectrum.tolerance } }
    struct Direction {
      let group: Int
      let gain: Double
    }
    var directions = groups.enumerated().flatMap { index, group in
      (0..<(group.members.map { counts[$0] }.max() ?? 0)).map { place in
        let energy = group.members.reduce(0.0) { sum, member in
          guard place < counts[member] else { return sum }
          let share = spectra[member].values[place] / largest
          return sum + share * share
        }
        return Direction(group: index, gain: energy / Double(group.cost))
      }
    }
    // Equal gains come in the order of the updates, so that the result is the same everywhere.
    directions.sort { ($1.gain, $0.group) < ($0.gain, $1.group) }
    var ranks = groups.map { _ in 0 }
    var isClosed = groups.map { _ in false }
    var left = parameters
    for direction in directions where !isClosed[direction.group] {
      let cost = groups[direction.group].cost
      if cost <= left {
        ranks[direction.group] += 1
        left -= cost
      } else {
        isClosed[direction.group] = true
      }
    }
    var result = spectra.map { _ in 0 }
    for (group, rank) in zip(groups, ranks) {
      for member in group.members { result[member] = min(rank, counts[member]) }
    }
    return result
  }
}

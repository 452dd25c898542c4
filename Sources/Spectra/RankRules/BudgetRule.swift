/// A number of parameters, shared out so that the least energy is lost altogether: the direction with the largest
/// s² / (rows + columns) of all updates comes next, as long as it fits. An update may get none.
package struct BudgetRule: RankRule {
  package static let name = "budget"
  package static let summary = "this many parameters, shared out so that the least energy is lost"
  package static let number: RankNumber? = RankNumber(
    "a number of parameters", 1...1e15, isWhole: true)
  package static let sharesOut = true

  private let parameters: Int

  package init(_ number: Double) { parameters = Int(number) }

  package func ranks(of spectra: [Spectrum]) -> [Int] {
    // In one unit for all updates, in which squares keep their digits.
    let largest = spectra.map(\.largest).max() ?? 0
    guard largest > 0 else { return spectra.map { _ in 0 } }
    struct Direction {
      let update: Int
      let gain: Double
    }
    var directions = spectra.enumerated().flatMap { index, spectrum in
      let cost = Double(spectrum.rows + spectrum.columns)
      return spectrum.values.prefix { $0 > spectrum.tolerance }.map { value in
        Direction(update: index, gain: (value / largest) * (value / largest) / cost)
      }
    }
    // Equal gains come in the order of the updates, so that the result is the same everywhere.
    directions.sort { ($1.gain, $0.update) < ($0.gain, $1.update) }
    var ranks = spectra.map { _ in 0 }
    var isClosed = spectra.map { _ in false }
    var left = parameters
    for direction in directions where !isClosed[direction.update] {
      let spectrum = spectra[direction.update]
      let cost = spectrum.rows + spectrum.columns
      if cost <= left {
        ranks[direction.update] += 1
        left -= cost
      } else {
        isClosed[direction.update] = true
      }
    }
    return ranks
  }
}

import Foundation
import LinearAlgebra
import Studies
import Testing

@Suite("The search for a rate") struct RateSearchTests {
  /// Searches a planted law to its end.
  private func searched(
    bound: Double = 0.045, guess: Double = 1e-3, closeness: Double = 1.3,
    _ law: (Double) -> Double
  ) -> RateSearch {
    var search = RateSearch(bound: bound, guess: guess, closeness: closeness)
    while let rate = search.next { search.add(.init(rate: rate, value: law(rate))) }
    return search
  }

  @Test(arguments: [1.2, 1.7, 2, 2.5, 3], [3e-5, 1e-3, 0.04])
  func `a power of the rate is crossed where it is`(power: Double, rate: Double) throws {
    let search = searched { 0.045 * pow($0 / rate, power) }
    let crossing = try #require(search.crossing)
    // Logarithms are interpolated, so that a power is found up to rounding.
    #expect(abs(crossing / rate - 1) < 1e-9)
    #expect(search.readings.count <= 8)
  }

  @Test func `runs that break count as above the bound`() throws {
    let search = searched { $0 < 2e-3 ? 0.001 : .infinity }
    let crossing = try #require(search.crossing)
    #expect((2e-3 / 1.3...2e-3 * 1.3).contains(crossing))
  }

  @Test(arguments: [4e-4, 1e-3, 7e-3])
  func `where runs only live or die, the place is bracketed`(death: Double) throws {
    let search = searched(bound: 1, closeness: 1.16) { $0 < death ? 0.5 : 2 }
    let crossing = try #require(search.crossing)
    #expect((death / 1.16...death * 1.16).contains(crossing))
  }

  @Test(arguments: [0, 1e-12, 1])
  func `a bound that is never crossed is not made up`(value: Double) {
    let search = searched { _ in value }
    #expect(search.crossing == nil)
    #expect(search.readings.count <= 12)
    #expect(search.readings.allSatisfy { RateSearch.range.contains($0.rate) })
  }

  @Test func `noise of a tenth moves the crossing by no more`() throws {
    var generator = SplitMix64(seed: 5)
    for _ in 0..<50 {
      let search = searched {
        0.045 * pow($0 / 3e-3, 2) * exp(0.1 * generator.nextGaussian())
      }
      let crossing = try #require(search.crossing)
      #expect((3e-3 / 1.4...3e-3 * 1.4).contains(crossing))
    }
  }
}

/// kohya's `sv_ratio`: the directions whose singular value is above the largest one divided by a number.
///
/// Earlier versions of the script take one direction more.
///
/// **Source:** kohya-ss/sd-scripts, `networks/resize_lora.py`, `index_sv_ratio`.
package struct RatioRule: LocalRankRule {
  package static let name = "sv-ratio"
  package static let summary = "directions with s > s₀ / number (kohya)"
  package static let number: RankNumber? = RankNumber(
    "how many times the largest singular value may be another one", 1...1e300)

  private let ratio: Double

  package init(_ number: Double) { ratio = number }

  package func rank(of spectrum: Spectrum) -> Int {
    max(1, spectrum.values.count { $0 > spectrum.largest / ratio })
  }
}

/// The directions with a singular value above a number. An update may lose all of them.
package struct AbsoluteThresholdRule: RankRule {
  package static let name = "above"
  package static let summary = "directions with s > number; an update may lose all of them"
  package static let number: RankNumber? = RankNumber("a singular value", 0...1e300)

  private let threshold: Double

  package init(_ number: Double) { threshold = number }

  package func ranks(of spectra: [Spectrum], in _: [RankGroup]) -> [Int] {
    spectra.map { $0.values.count { $0 > threshold } }
  }
}

/// The directions with a singular value above a share of the largest one.
package struct RelativeThresholdRule: LocalRankRule {
  package static let name = "relative"
  package static let summary = "directions with s > number · s₀"
  package static let number: RankNumber? = RankNumber(
    "a share of the largest singular value", 0...1)

  private let share: Double

  package init(_ number: Double) { share = number }

  package func rank(of spectrum: Spectrum) -> Int {
    max(1, spectrum.values.count { $0 > share * spectrum.largest })
  }
}

/// The same number of directions everywhere.
package struct CountRule: LocalRankRule {
  package static let name = "count"
  package static let summary = "this many directions of every update; a bare number means this"
  package static let number: RankNumber? = RankNumber(
    "a number of directions", 1...1e6, isWhole: true)

  private let count: Int

  package init(_ number: Double) { count = Int(number) }

  package func rank(of spectrum: Spectrum) -> Int { min(count, spectrum.values.count) }
}

/// Everything but rounding: the numerical rank, as ``UpdateRank`` counts it.
package struct ExactRule: LocalRankRule {
  package static let name = "exact"
  package static let summary = "every direction above rounding, so that nothing is lost"
  package static let number: RankNumber? = nil

  package init(_: Double = 0) {}

  package func rank(of spectrum: Spectrum) -> Int {
    spectrum.values.count { $0 > spectrum.tolerance }
  }
}

/// The smallest rank that holds a share of Σ s².
package struct EnergyRule: LocalRankRule {
  package static let name = "energy"
  package static let summary = "the fewest directions that hold this share of Σ s²"
  package static let number: RankNumber? = RankNumber("a share of the energy", 0...1)

  private let share: Double

  package init(_ number: Double) { share = number }

  package func rank(of spectrum: Spectrum) -> Int { max(1, spectrum.rank(holding: share)) }
}

/// kohya's `sv_cumulative`: the smallest rank that holds a share of Σ s.
///
/// Earlier versions of the script take one direction more, because they add one to a count that already has it; this is
/// the rule without that. The script also leaves its decomposition of large matrices at two iterations, and this does not.
///
/// **Source:** kohya-ss/sd-scripts, `networks/resize_lora.py`, `index_sv_cumulative` and `rank_resize`.
package struct SingularValueSumRule: LocalRankRule {
  package static let name = "sv-cumulative"
  package static let summary = "the fewest directions that hold this share of Σ s (kohya)"
  package static let number: RankNumber? = RankNumber(
    "a share of the sum of singular values", 0...1)

  private let share: Double

  package init(_ number: Double) { share = number }

  package func rank(of spectrum: Spectrum) -> Int {
    let wanted = share * spectrum.sum
    var sum = 0.0
    for (index, value) in spectrum.values.enumerated() {
      sum += value
      if sum >= wanted { return index + 1 }
    }
    return spectrum.values.count
  }
}

/// kohya's `sv_fro`: the smallest rank that holds a share of ‖ΔW‖_F. The share is that of the norm, whose square is that
/// of ``EnergyRule``.
///
/// As with ``SingularValueSumRule``, earlier versions take one direction more.
///
/// **Source:** kohya-ss/sd-scripts, `networks/resize_lora.py`, `index_sv_fro`.
package struct FrobeniusRule: LocalRankRule {
  package static let name = "sv-fro"
  package static let summary = "the fewest directions that hold this share of ‖ΔW‖_F (kohya)"
  package static let number: RankNumber? = RankNumber("a share of the Frobenius norm", 0...1)

  private let share: Double

  package init(_ number: Double) { share = number }

  package func rank(of spectrum: Spectrum) -> Int {
    max(1, spectrum.rank(holding: share * share))
  }
}

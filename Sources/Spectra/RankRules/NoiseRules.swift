/// The directions that stand out of a random bulk: ``MarchenkoPasturSpikes``. Without a bulk, as the update of an adapter
/// has none, all directions above rounding. At least one.
package struct MarchenkoPasturRule: LocalRankRule {
  package static let name = "marchenko-pastur"
  package static let summary = "directions above the edge of a random bulk; without a bulk all"
  package static let number: RankNumber? = nil

  package init(_: Double = 0) {}

  package func rank(of spectrum: Spectrum) -> Int {
    max(1, rankAboveBulk(spectrum) ?? ExactRule().rank(of: spectrum))
  }

  /// Nil if there is no bulk.
  func rankAboveBulk(_ spectrum: Spectrum) -> Int? {
    let eigenvalues = spectrum.eigenvalues
    return MarchenkoPasturLaw(
      fittedTo: eigenvalues, rows: spectrum.rows, columns: spectrum.columns
    ).map { bulk in eigenvalues.count { $0 > bulk.spikeBound } }
  }
}

/// The directions above the singular value at which keeping one costs as much as leaving it out, if the rest is noise of
/// an unknown size: s > ω(β) · median(s), β = p / long. Without a bulk, all directions above rounding. At least one.
///
/// The bound lies above the edge of ``MarchenkoPasturRule``: of a direction just above that edge, noise is the larger part.
///
/// **Source:** Gavish and Donoho, "The optimal hard threshold for singular values is 4/√3", IEEE Transactions on
/// Information Theory 60, 2014, equations 4 and 5.
package struct GavishDonohoRule: LocalRankRule {
  package static let name = "gavish-donoho"
  package static let summary = "directions of which noise is the smaller part; without a bulk all"
  package static let number: RankNumber? = nil

  package init(_: Double = 0) {}

  package func rank(of spectrum: Spectrum) -> Int {
    let eigenvalues = spectrum.eigenvalues
    guard
      let bulk = MarchenkoPasturLaw(
        fittedTo: eigenvalues, rows: spectrum.rows, columns: spectrum.columns)
    else { return max(1, ExactRule().rank(of: spectrum)) }
    let bound = bulk.scale * Self.squaredThreshold(aspect: bulk.aspect)
    return max(1, eigenvalues.count { $0 > bound })
  }

  /// λ*(β)², in units in which the variance of an entry times the long side is 1.
  static func squaredThreshold(aspect: Double) -> Double {
    let root = (aspect * aspect + 14 * aspect + 1).squareRoot()
    return 2 * (aspect + 1) + 8 * aspect / (aspect + 1 + root)
  }
}

/// What stands out of the bulk if there is one, else the fewest directions that hold 99 % of the energy.
package struct AutomaticRule: LocalRankRule {
  package static let name = "auto"
  package static let summary =
    "directions above the edge of a random bulk; without a bulk, 99 % of the energy"
  package static let number: RankNumber? = nil

  package init(_: Double = 0) {}

  package func rank(of spectrum: Spectrum) -> Int {
    max(
      1, MarchenkoPasturRule().rankAboveBulk(spectrum) ?? EnergyRule(0.99).rank(of: spectrum))
  }
}

/// Two updates of one weight, beside each other.
package struct WeightDiff: Sendable, Encodable {
  package let name: String
  package let rows: Int
  package let columns: Int
  /// ‖A‖ and ‖B‖.
  package let norms: [Double]
  /// ⟨A, B⟩ / (‖A‖ ‖B‖); nil if one is zero.
  package let cosine: Double?
  /// ‖A − B‖ / ‖A‖; nil if A is zero.
  package let distance: Double?
  /// How many leading directions of each are compared.
  package let directions: Int
  /// ‖U_AᵀU_B‖² / k of the k leading left directions, output side; 1 for the same subspace. Nil without directions.
  package let leftOverlap: Double?
  /// The same of the right directions, input side.
  package let rightOverlap: Double?
  /// What both are on average for random subspaces: k / rows and k / columns.
  package let leftChance: Double
  package let rightChance: Double
  /// The entries that each changes when it is merged into the base's type, as shares of all; nil without a base.
  package let changed: [Double]?
  /// Entries that both change, as a share of those that one does; nil if none does, and without a base.
  package let jaccard: Double?
  /// Its value if the two chose their entries independently.
  package let jaccardChance: Double?
  /// Of the entries where neither update is zero, the share with opposite signs; .5 by chance. Nil without any.
  package let signConflict: Double?
  /// The largest singular values of A, of B and of A + B.
  package let spectra: [[Double]]

  /// σ₁(A + B) / max(σ₁(A), σ₁(B)): 1 if the updates do not meet, 2 if their largest directions add up.
  package var stackedPeak: Double? {
    let peaks = spectra.map { $0.first ?? 0 }
    let larger = max(peaks[0], peaks[1])
    return larger > 0 ? peaks[2] / larger : nil
  }
}

/// Two checkpoints of one base, beside each other.
package struct DiffReport: Sendable, Encodable {
  /// The two checkpoints, as they were given.
  package let checkpoints: [String]
  /// What they are called: of a run, which of its checkpoints was taken.
  package let titles: [String]
  /// Nil if it was not needed and not given.
  package let base: String?
  /// How many weights, or parts of them, are in both, changed or not.
  package let shared: Int
  /// Those that both change, sorted by name.
  package let weights: [WeightDiff]
  /// Weights that only one of the two changes.
  package let onlyFirst: [String]
  package let onlySecond: [String]
  /// Those of ``onlySecond`` that are in the first as well, but with an update of zero, and the other way round.
  package let zeroInFirst: [String]
  package let zeroInSecond: [String]
  /// Of all weights that both change, as one vector: cosine, and ‖A − B‖ / ‖A‖.
  package let cosine: Double?
  package let distance: Double?
  /// What a user should know of the files, a line each.
  package let findings: [String]

  /// The checkpoints whose updates are zero in all weights that both have.
  package var idle: [String] {
    let bothZero = shared - weights.count - zeroInFirst.count - zeroInSecond.count
    return zip(checkpoints, [zeroInFirst, zeroInSecond]).filter {
      shared > 0 && $0.1.count + bothZero == shared
    }.map(\.0)
  }
}

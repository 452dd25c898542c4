/// What a merge wrote.
package struct MergeSummary: Sendable, Encodable {
  /// One weight that the adapter changed.
  package struct Weight: Sendable, Encodable {
    package let name: String
    /// How many entries the update changes, and how many of those rounding left as they were.
    package let updated: Int
    package let swallowed: Int
    /// ‖merged − base − update‖ / ‖update‖: what rounding did to the update; nil for an update of zero.
    package let loss: Double?
  }

  package let base: String
  package let adapter: String
  /// What the adapter is called: of a run, which of its checkpoints was merged.
  package let title: String
  package let rounding: String
  /// The type of the merged weights.
  package let type: String
  /// Sorted by name.
  package let weights: [Weight]
  /// How many tensors the result has, and how many bytes they take.
  package let tensors: Int
  package let bytes: Int
  package let findings: [String]

  /// The share of the entries that the update changes and rounding left as they were; nil without any.
  package var swallowedShare: Double? {
    let updated = weights.reduce(0) { $0 + $1.updated }
    guard updated > 0 else { return nil }
    return Double(weights.reduce(0) { $0 + $1.swallowed }) / Double(updated)
  }
}

package import Checkpoints
package import Spectra

/// What becomes of an update on its way into a LoRA.
package struct ReductionOptions: Sendable {
  /// How a kind of weight is kept.
  package enum Keeping: String, Sendable, CaseIterable {
    /// As a LoRA.
    case lora
    /// With all its numbers.
    case whole
    /// Not at all; what is lost is said.
    case leave
  }

  /// How ranks are chosen.
  package var rule: any RankRule
  /// The largest rank of a module; nil for no limit.
  package var largestRank: Int?
  /// Whether all modules get the rank of the largest one, filled up with zeros where a matrix has no more directions.
  package var hasEqualRanks = false
  /// Whether updates that are factors already keep them, so that only names and types change.
  package var keepsFactors = false
  /// Whether an update that no rank below half of the full one holds is refused. Set where the user has not said what may
  /// be lost.
  package var refusesFullRank = false
  /// Which modules are kept, by name.
  package var selects: @Sendable (String) -> Bool = { _ in true }
  package var embeddings = Keeping.whole
  /// Norms and biases; ``Keeping/lora`` means nothing for them.
  package var vectors = Keeping.whole
  /// The type in which factors are stored, and whole tensors if it is given.
  package var type: DataType?

  package init(rule: any RankRule) { self.rule = rule }
}

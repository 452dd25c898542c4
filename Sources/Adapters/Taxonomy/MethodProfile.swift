/// Where a method stands among the variants of LoRA, and what it costs: its rows of `list methods --taxonomy`.
///
/// In formulas W is m × n (out × in), r the rank and s = α/r.
///
/// **Source** of the axes: "A unified study of LoRA variants", 2026, arXiv 2601.22708. The place of each method on them is
/// ours.
package struct MethodProfile: Sendable, Equatable {
  /// What a method changes of LoRA.
  package enum Axis: String, Sendable, CaseIterable {
    /// LoRA itself.
    case baseline
    /// How much rank there is, and what of it is shared or frozen.
    case rank
    /// How the same product is scaled, normalised or optimised.
    case dynamics = "optimisation"
    /// Where the factors begin.
    case initialization = "initialisation"
    /// Which of several products an input uses. No method here does.
    case experts
    /// No product of low rank beside the weight.
    case outside = "none: no low-rank product"
  }

  package let axis: Axis
  /// W₊, as a function of what is trained.
  package let formula: String
  /// How many numbers of a weight are trained.
  package let trained: String
  /// Multiplications and additions of one step for the weight, beside those of the model: the effective weight and the
  /// gradients.
  package let cost: String

  package init(_ axis: Axis, formula: String, trained: String, cost: String) {
    self.axis = axis
    self.formula = formula
    self.trained = trained
    self.cost = cost
  }
}

package import LinearAlgebra

/// How PEFT computes the merged weight of a module: the operations in their order, with the numbers as they are stored.
///
/// ΔW says what a merge means; this says how PEFT rounds on the way, which a replay bit for bit needs. All matrices are in
/// the layout of the base.
package enum MergeRecipe: Sendable {
  /// W + P.
  case product(MergedProduct)
  /// (m / ‖W + P‖) · (W + P), with one norm a row of the base, or one a column.
  case magnitudes([Double], MergedProduct, ofColumns: Bool)
  /// W + W ∘ P, each of the three rounded to the base's type.
  case modulation(MergedProduct)
  /// W + ΔW, rounded once: new values for entries of W.
  case substitution
  /// W with each row, or each column, times a factor.
  case scaling([Double], ofColumns: Bool)
}

/// P = (left · right) · s / d, in this order.
package struct MergedProduct: Sendable {
  /// rows × r.
  package let left: Matrix
  /// r × columns.
  package let right: Matrix
  package let scale: Double
  package let divisor: Double
  /// Whether P is rounded to the base's type before it is added, as PEFT does for embeddings.
  package let isRounded: Bool

  init(
    left: Matrix, right: Matrix, scale: Double, divisor: Double = 1, isRounded: Bool = false
  ) {
    self.left = left
    self.right = right
    self.scale = scale
    self.divisor = divisor
    self.isRounded = isRounded
  }
}

/// A method whose merge PEFT's operations can be repeated for, one by one.
package protocol ReplayedAdapter: Adapter {
  /// The operations on one module; nil for a form of the method that PEFT computes in another way.
  /// - Parameters:
  ///   - parameters: The tensors of the module, and those that modules share.
  ///   - settings: Rank, alpha and layout as resolved for this module.
  ///   - base: The shape of the base weight, which fits.
  static func mergeRecipe(
    parameters: [String: Tensor], settings: ModuleSettings, base: MatrixShape
  ) throws(AdapterError) -> MergeRecipe?
}

extension AdapterRegistry {
  /// The recipe of one module; nil for a method of which only ΔW is known. The parameters are those of
  /// ``ReplayedAdapter/mergeRecipe(parameters:settings:base:)``.
  package static func mergeRecipe(
    parameters: [String: Tensor], settings: ModuleSettings, base: MatrixShape
  ) throws(AdapterError) -> MergeRecipe? {
    let type = try method(describing: Set(parameters.keys), settings: settings)
    return try (type as? any ReplayedAdapter.Type)?
      .mergeRecipe(parameters: parameters, settings: settings, base: base)
  }
}

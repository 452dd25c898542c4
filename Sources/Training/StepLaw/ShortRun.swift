import LinearAlgebra

/// The first steps of a run, over which the rate rises to its peak: what the law of the step is stated for.
package enum ShortRun {
  package static let steps = 5

  /// A divergence below this is rounding: reading and sampling sum in other orders. Nats per token.
  package static let rounding = 1e-9

  /// How far a step moves the policy: the median over the second to the last step. The first moves nothing.
  /// - Parameter divergences: Of each step, in nats per token.
  /// - Returns: nil unless all steps are there.
  package static func divergence(of divergences: [Double]) -> Double? {
    divergences.count == steps ? SampleQuantile.median(of: Array(divergences.dropFirst())) : nil
  }
}

/// The first steps of a run, over which the rate rises to its peak: what the law of the step is stated for.
package enum ShortRun {
  package static let steps = 5

  /// A divergence below this is rounding: reading and sampling sum in other orders. Nats per token.
  package static let rounding = 1e-9
}

/// The law of the step: a start dies at the rate at which a step moves the policy too far.
///
/// The bound is the same for all starts on a base: what differs among them is how far a step of one rate moves the
/// policy. Its numbers were fitted on one base and tried on others; docs/advice.md has both.
///
/// **Source:** ours.
package enum StepLaw {
  /// K: a run dies if the median divergence of its second to fifth step, with the rate rising to its peak over five
  /// steps, is above this. Nats per token.
  package static let deadlyDivergence = 0.045

  /// How far the predicted rate of death is off, as a factor: the root mean square over 32 starts on four bases that the
  /// bound was not fitted on.
  package static let typicalError = 1.67

  /// The best rates lie at the rate of death divided by these.
  package static let safeDivisors = (least: 4.0, most: 12.0)

  /// The divergence of a whole first step of Adam at the rate of death: where short runs begin to look. Nats per token.
  package static let firstStepDivergence = 1.5

  /// The median of the squared shares of the peak at which the second to fifth step of a short run are taken: 1/5 to 4/5.
  package static let warmupShare = 0.26

  /// What a decade between a probe's rate and the rate of death adds to the error of the logarithm.
  package static let extrapolationError = 0.35

  /// What a single move of the policy adds to it; the mean of several adds less.
  package static let moveError = 0.4

  /// A longer step is out of the law's reach: divergences then no longer grow with the square of the rate. Steps of this
  /// length are those of rates three times as high as a start bears. Nats per token.
  package static let reach = 0.5

  /// The rate at which short runs begin to look for the rate of death.
  /// - Parameter curvature: κ of the first step; nil if it is not known.
  package static func guess(curvature: Double?) -> Double {
    guard let curvature, curvature > 0 else { return 1e-3 }
    return min(max((firstStepDivergence / curvature).squareRoot() / 3, 1e-7), 1)
  }
}

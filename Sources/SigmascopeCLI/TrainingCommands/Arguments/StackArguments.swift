public import ArgumentParser
public import Training

extension MergeCycle: ExpressibleByArgument {}
extension WeightStorage: ExpressibleByArgument {}
extension GradientMask: ExpressibleByArgument {}

/// What other training programs do to rollouts and weights: switches that studies turn on, one at a time.
struct StackArguments: ParsableArguments {
  @Flag(
    help: """
      Read the probabilities of answers again under dropout masks of their own, take them as the old ones of \
      ratios, and weight each token by min(p again/p sampled, 2), as TRL does with vLLM.
      """)
  var recomputedRatio = TrainingSettings.default.recomputedRatio

  @Option(
    help: """
      The size of noise on the log-probabilities that the sampler says it drew answers with, which ratios compare \
      with, as where sampler and trainer compute in other precisions.
      """)
  var rolloutNoise = TrainingSettings.default.rolloutNoise

  @Option(
    help: """
      Add the update to the frozen weights in this type before answers are drawn, and take it out again, so that \
      they drift.
      """)
  var mergeCycle = TrainingSettings.default.mergeCycle

  @Option(
    help: """
      The type of stored weights: base-bfloat16 rounds the base and what a start leaves of it, bfloat16 also what \
      is trained, after every optimiser step.
      """)
  var storage = TrainingSettings.default.storage

  @Flag(
    help: "Draw all answers from the policy of step 0, as if new weights never reached the sampler."
  )
  var staleRollouts = TrainingSettings.default.staleRollouts

  @Option(
    help: """
      With --adapter full, the entries of each matrix of layers that learn: principal (the half that is largest in \
      the best approximation of rank --rank), small (the half that is smallest in the weight), random (any half).
      """)
  var gradientMask = TrainingSettings.default.gradientMask

  func set(_ settings: inout TrainingSettings) {
    settings.recomputedRatio = recomputedRatio
    settings.rolloutNoise = rolloutNoise
    settings.mergeCycle = mergeCycle
    settings.storage = storage
    settings.staleRollouts = staleRollouts
    settings.gradientMask = gradientMask
  }
}

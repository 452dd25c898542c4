import Adapters

/// What the training programs of others do to the weights of a policy besides learning: the types that weights are kept
/// in, merges before rollouts, and the entries that learn. The defaults do nothing.
public struct StackOptions: Sendable, Equatable {
  public var storage = WeightStorage.float32
  public var mergeCycle = MergeCycle.none
  public var gradientMask = GradientMask.none

  public init() {}

  /// Throws if an option does not fit the method.
  func check(_ choice: AdapterChoice) throws(TrainingError) {
    if mergeCycle != .none, !choice.addsScaledProduct {
      throw .noMergeCycle(method: choice.name, fitting: AdapterChoice.scaledProducts)
    }
    if gradientMask != .none, !choice.trainsWholeWeights {
      throw .noGradientMask(method: choice.name)
    }
  }
}

extension StackOptions {
  init(_ settings: TrainingSettings) {
    storage = settings.storage
    mergeCycle = settings.mergeCycle
    gradientMask = settings.gradientMask
  }
}

/// How many triplets AdaLoRA keeps at a step, over all modules.
///
/// **Source:** Zhang et al., "AdaLoRA", 2023, arXiv 2303.10512, equation 12; rounding as in PEFT.
public struct AdaLoRASchedule: Sendable, Equatable {
  /// The mean rank per module at the end.
  public let targetRank: Int
  /// Steps before the first pruning.
  public let initialSteps: Int
  /// Steps at the end, during which the choice is final.
  public let finalSteps: Int
  /// Steps from one pruning to the next.
  public let interval: Int
  public let totalSteps: Int
  /// β₁ of the smoothed importance.
  public var importanceDecay = 0.85
  /// β₂ of its uncertainty.
  public var uncertaintyDecay = 0.85
  /// The weight of the penalty on factors that are not orthonormal.
  public var penaltyWeight = 0.5

  /// - Parameters:
  ///   - targetRank: At least 1.
  ///   - initialSteps: Steps before the first pruning.
  ///   - finalSteps: Steps after the last pruning.
  ///   - interval: Steps from one pruning to the next, at least 1.
  ///   - totalSteps: More than the initial and final ones together.
  /// - Throws: ``AdapterError/budget(_:)``.
  public init(
    targetRank: Int, initialSteps: Int = 0, finalSteps: Int = 0, interval: Int = 1, totalSteps: Int
  ) throws(AdapterError) {
    guard targetRank >= 1 else { throw .budget("the target rank \(targetRank) is below 1") }
    guard interval >= 1 else { throw .budget("the interval of \(interval) steps is below 1") }
    guard initialSteps >= 0, finalSteps >= 0, totalSteps - finalSteps > initialSteps else {
      throw .budget(
        "\(initialSteps) initial and \(finalSteps) final steps leave none of \(totalSteps)")
    }
    self.targetRank = targetRank
    self.initialSteps = initialSteps
    self.finalSteps = finalSteps
    self.interval = interval
    self.totalSteps = totalSteps
  }

  /// The step at which the choice becomes final.
  public var lastChoice: Int { totalSteps - finalSteps }

  /// How many triplets are kept, and whether they are chosen again at this step.
  /// - Parameters:
  ///   - step: Counted from 1.
  ///   - initialRank: The rank of every module before pruning.
  ///   - modules: The number of modules.
  public func budget(
    at step: Int, initialRank: Int, modules: Int
  ) -> (triplets: Int, isChosen: Bool) {
    let (whole, target) = (initialRank * modules, targetRank * modules)
    if step <= initialSteps { return (whole, false) }
    if step >= lastChoice { return (target, step == lastChoice) }
    let rest = 1 - Double(step - initialSteps) / Double(lastChoice - initialSteps)
    let triplets = Int(Double(whole - target) * (rest * rest * rest) + Double(target))
    return (triplets, step.isMultiple(of: interval))
  }
}

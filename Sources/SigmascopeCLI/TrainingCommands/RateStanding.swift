import Diagnosis
import Training

/// Says after the first steps of a run where its rate stands: how far a step moves the policy, beside the divergence at
/// which starts die.
struct RateStanding {
  private var divergences: [Double] = []

  /// - Parameter settings: As they take effect. The bound is known for the warm-up of short runs and AdamW alone; with others
  ///   nothing is said.
  init?(of settings: TrainingSettings) {
    guard settings.warmup == ShortRun.steps, settings.optimizer == .adamw else {
      return nil
    }
  }

  /// The sentence after the fifth step; nil after others.
  mutating func sentence(after record: StepRecord) -> String? {
    guard (1...ShortRun.steps).contains(record.step), let value = record["kl_step"] else {
      return nil
    }
    divergences.append(value)
    // A policy that its answers teach nothing does not move, whatever the rate.
    guard let median = ShortRun.divergence(of: divergences), median > ShortRun.rounding else {
      return nil
    }
    let ratio = StepLaw.excess(of: median)
    let moved =
      "A step moves the policy by \(Words.number(median)) nats per token; runs die near "
      + "\(Words.number(StepLaw.deadlyDivergence)): this rate is "
    return moved
      + (ratio >= 1
        ? "\(Words.number((ratio * 10).rounded() / 10)) times what this start bears. Stop it, and lower the rate "
          + "by \(Words.number((ratio * StepLaw.safeDivisors.least).rounded(.up))) times"
        : "\(Words.percent((ratio * 100).rounded() / 100)) of what this start bears")
  }
}

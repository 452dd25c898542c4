import Diagnosis
import Training

/// Says after the first steps of a run where its rate stands: how far a step moves the policy, beside the divergence at
/// which starts die.
struct RateStanding {
  private let rate: Double
  private var divergences: [Double] = []

  /// - Parameter settings: As they take effect. The bound is known for the warm-up of short runs and AdamW alone; with others
  ///   nothing is said.
  init?(of settings: TrainingSettings) {
    guard settings.warmup == ShortRun.steps, settings.optimizer == .adamw else {
      return nil
    }
    rate = settings.learningRate
  }

  /// The sentence after the fifth step; nil after others.
  mutating func sentence(after record: StepRecord) -> String? {
    guard (1...ShortRun.steps).contains(record.step), let value = record["kl_step"] else {
      return nil
    }
    divergences.append(value)
    // A policy that its answers teach nothing does not move, whatever the rate.
    guard divergences.count == ShortRun.steps, let move = EarlyMove(Array(divergences.dropFirst())),
      move.divergence > ShortRun.rounding
    else { return nil }
    let moved =
      "A step moves the policy by \(Words.number(move.shown)) nats per token; "
      + "runs die near \(Words.number(StepLaw.deadlyDivergence)): this rate is \(move.standing)"
    if move.isBeyondReach { return moved + ". Stop it, and find the rate with sigmascope advise" }
    let lower =
      "\(Words.part(move.rateDivisor)) of the rate (\(Words.twoDigitRate(rate / move.rateDivisor)))"
    if move.excess >= 1 { return moved + ". Stop it, and train at \(lower)" }
    return moved + (move.isAboveBest ? "; runs learn best at \(lower) or less" : "")
  }
}

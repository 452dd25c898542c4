/// Measures how far a start moves the policy in a step, before a run is spent on it.
///
/// Adam's first step is the rate η times a direction s whose entries are about ±1, whatever the size of the gradient. To
/// second order it moves the policy by the divergence κη² with κ = ½ sᵀFs and F the Fisher information of the policy: one
/// number for the geometry of a start, the parameters that it trains and the rates of its groups.
///
/// **Source:** ours; the second-order form of the divergence as in Martens, "New insights and perspectives on the
/// natural gradient method", 2014, arXiv 1412.1193, section 5.
///
/// A class, because it keeps the start that its first run made for those that follow: the decompositions of a start like
/// PiSSA take longer than a short run on a large base.
package final class StepProbe<Element: KernelScalar> {
  private let specification: RunSpecification
  private let base: DecoderModel<Element>
  private let tokenizer: any Tokenizer
  /// The policy at step 0, which is never trained; nil before the first run.
  private var start: Policy<Element>?

  /// - Parameters:
  ///   - specification: The run whose start is probed; it learns from rewards.
  ///   - base: The pretrained decoder; it is not changed.
  ///   - tokenizer: The base's.
  package init(
    _ specification: RunSpecification, base: DecoderModel<Element>, tokenizer: any Tokenizer
  ) {
    var specification = specification
    specification.options.measuresDivergence = true
    // The divergence is that from the policy that answered, without masks.
    specification.options.samplesWithDropout = false
    self.specification = specification
    self.base = base
    self.tokenizer = tokenizer
  }

  /// What is measured of the first step.
  package struct FirstStep: Sendable {
    /// κ, in nats per token over the square of the rate; nil if the first answers teach nothing, because the rewards of
    /// each group are equal.
    package let curvature: Double?
    /// How many numbers are trained.
    package let trainedParameters: Int
  }

  /// κ of the first step, in nats per token over the square of the rate.
  ///
  /// The rate is changed until the step moves the policy by 10⁻⁵ to 10⁻² nats: small enough that the divergence is
  /// quadratic, large enough that it is not rounding.
  /// - Throws: What making or training the policy throws.
  package func firstStep() throws -> FirstStep {
    var rate = 1e-6
    var found: Double?
    var trainedParameters = 0
    for _ in 0..<6 {
      let trainer = try trainer(rate: rate, warmup: 0)
      trainedParameters = trainer.policy.trainedCount
      let divergence = try divergences(of: trainer, steps: 1).first ?? 0
      if divergence > ShortRun.rounding, divergence.isFinite { found = divergence / (rate * rate) }
      if (1e-5...1e-2).contains(divergence) { break }
      let factor = divergence > 0 ? (1e-4 / divergence).squareRoot() : 100
      rate *= min(max(factor, 0.01), 100)
    }
    return FirstStep(curvature: found, trainedParameters: trainedParameters)
  }

  /// How far the second to fifth step of a short run move the policy, in nats per token. The rate rises to its peak over
  /// the five steps, so that the first moves nothing.
  /// - Parameter rate: The peak.
  /// - Returns: nil if a number of the run is not finite.
  /// - Throws: What making or training the policy throws.
  package func divergences(atPeak rate: Double) throws -> [Double]? {
    let trainer = try trainer(rate: rate, warmup: ShortRun.steps)
    let found = try divergences(of: trainer, steps: ShortRun.steps)
    return found.count == ShortRun.steps ? Array(found.dropFirst()) : nil
  }

  private func trainer(rate: Double, warmup: Int) throws -> Trainer<Element> {
    var specification = specification
    specification.options.learningRate = rate
    specification.options.schedule = .constant(warmup: warmup)
    return try trainer(specification)
  }

  private func trainer(_ specification: RunSpecification) throws -> Trainer<Element> {
    let trainer = try specification.trainer(on: base, tokenizer: tokenizer, from: start)
    if start == nil { start = try Policy(startOf: trainer.policy) }
    return trainer
  }

  /// The divergence of each step, as far as the numbers of the run are finite.
  private func divergences(of trainer: Trainer<Element>, steps: Int) throws -> [Double] {
    var found = [Double]()
    for _ in 0..<steps {
      do {
        let value = try trainer.step()["kl_step"] ?? 0
        guard value.isFinite else { break }
        found.append(value)
      } catch TrainingError.notFinite {
        break
      }
    }
    return found
  }

  /// How far a mask of dropout moves the policy at the start: the divergence of the policy under the masks of a step from
  /// the policy without, on its own answers, in nats per token. It asks for no training.
  /// - Returns: nil if the method has no path that dropout acts on.
  /// - Throws: What making the policy or answering throws.
  package func maskMismatch() throws -> Double? {
    let trainer: Trainer<Element>
    do {
      trainer = try self.trainer(specification)
    } catch TrainingError.noDropout {
      return nil
    }
    return try trainer.maskMismatch()
  }
}

extension Trainer {
  /// The divergence of the policy under masks from the policy without, on answers to the problems of the first step.
  fileprivate func maskMismatch() throws -> Double {
    let problems = try examiner.problems(
      .training, count: options.prompts, seed: seeds.seed(.problems, step: 1))
    let rollout = try examiner.rollout(
      learner, problems: problems, groupSize: options.group,
      seed: seeds.seed(.answers, step: 1), options: sampling)
    let readings = learner.read(
      rollout.sequences, temperature: options.temperature,
      dropoutSeed: seeds.seed(.dropout, step: 0), keys: rollout.maskKeys)
    let found = rollout.divergence(to: readings.map(\.logProbabilities))
    // Of a start whose product of factors is zero, masks change nothing but the order of sums.
    return found < ShortRun.rounding ? 0 : found
  }
}

import Adapters
import LinearAlgebra

extension Trainer {
  /// Samples answers, rewards them, and updates the policy by the objective.
  func reinforce(
    _ objective: any PolicyObjective, _ objectiveOptions: ObjectiveOptions,
    _ record: inout StepRecord
  ) throws {
    let (rollout, tries) = try policy.withMergedWeights { try informativeRollout() }
    lastRollout = rollout
    let rewards = shapedRewards(rollout)
    let lesson = appraise(rollout, rewards: rewards, objectiveOptions)
    let reference =
      objectiveOptions.divergenceCoefficient != 0
      ? learner.readReference(rollout.sequences, temperature: options.temperature)
        .map(\.logProbabilities) : nil
    let sampled = RolloutNoise(
      deviation: options.rolloutNoise, seed: seeds.seed(.rolloutNoise, step: stepCount + 1)
    ).added(to: rollout.completions.map(\.logProbabilities))
    let old = options.recomputesRatio ? recomputed(rollout) : sampled
    let correction =
      options.recomputesRatio ? SamplingCorrection(policy: old, sampler: sampled) : nil
    let signals = TokenSignals(
      old: old, reference: reference, samplingWeights: correction?.weights,
      advantages: try learnedAdvantages?(rollout)
        ?? objective.advantages(
          of: RolloutSignals(
            rewards: rewards, groupSize: rollout.groupSize, oldLogProbabilities: old,
            referenceLogProbabilities: reference, values: lesson?.estimate)))
    var values = [(value: ObjectiveValue, entropy: Double)]()
    var valueLosses = [Double]()
    for pass in 0..<options.updatesPerRollout {
      for part in parts(of: rollout, pass: pass) {
        values.append(
          try follow(
            objective, rollout, part: part, signals, dropoutSeed: dropoutSeed(pass: pass), &record))
        if let loss = try learnValues(lesson, part: part) { valueLosses.append(loss) }
      }
    }
    log(rollout, values, tries: tries, &record)
    logValues(lesson, losses: valueLosses, &record)
    if let correction {
      record["sampling/sampling_logp_difference/mean"] = correction.meanGap
      record["sampling/importance_sampling_ratio/mean"] = correction.meanWeight
    }
    if options.measuresDivergence(at: stepCount + 1), currentPolicyAnswers {
      record["kl_step"] = divergence(from: rollout)
    }
  }

  /// Whether the policy that answers is the one that the step's updates begin from.
  private var currentPolicyAnswers: Bool {
    !options.samplesWithDropout && !options.hasStaleRollouts && policy.stack.mergeCycle == .none
  }

  /// The log-probabilities of the answers under the policy, with masks that are neither those of sampling nor those of
  /// learning.
  private func recomputed(_ rollout: Rollout) -> [[Double]] {
    let seed = policy.options.dropout > 0 ? seeds.seed(.recomputation, step: stepCount) : nil
    return learner.read(
      rollout.sequences, temperature: options.temperature, dropoutSeed: seed,
      keys: rollout.maskKeys
    ).map(\.logProbabilities)
  }

  /// How far the step's updates moved the policy from the one that answered, without dropout.
  private func divergence(from rollout: Rollout) -> Double {
    let readings = learner.read(rollout.sequences, temperature: options.temperature)
    return rollout.divergence(to: readings.map(\.logProbabilities))
  }

  /// One optimiser step on some completions.
  private func follow(
    _ objective: any PolicyObjective, _ rollout: Rollout, part: [Int], _ signals: TokenSignals,
    dropoutSeed: UInt64?, _ record: inout StepRecord
  ) throws -> (value: ObjectiveValue, entropy: Double) {
    let sequences = rollout.sequences
    let readings = learner.read(
      part.map { sequences[$0] }, temperature: options.temperature,
      dropoutSeed: dropoutSeed, keys: part.map { rollout.maskKeys[$0] })
    let value = objective.evaluate(
      ObjectiveBatch(
        logProbabilities: readings.map(\.logProbabilities),
        oldLogProbabilities: part.map { signals.old[$0] },
        referenceLogProbabilities: signals.reference.map { all in part.map { all[$0] } },
        samplingWeights: signals.samplingWeights.map { all in part.map { all[$0] } },
        entropies: readings.map(\.entropies), advantages: part.map { signals.advantages[$0] },
        maximumLength: sampling.maximumLength))
    learner.gradient(
      tokenWeights: value.tokenWeights, entropyWeights: value.entropyWeights, into: gradients)
    try update(value.loss, &record)
    let entropies = readings.flatMap(\.entropies)
    return (value, entropies.reduce(0, +) / Double(max(entropies.count, 1)))
  }

  /// Each pass over a rollout has its own masks. Answers that are sampled with dropout use those of the first pass.
  private func dropoutSeed(pass: Int) -> UInt64? {
    policy.options.dropout > 0 ? seeds.seed(.dropout, step: stepCount, part: pass) : nil
  }

  /// Answers to the problems of a step. With dynamic sampling, problems that teach nothing are drawn again.
  private func informativeRollout() throws -> (rollout: Rollout, tries: Int) {
    var kept: Rollout?
    for attempt in 0...max(0, options.dynamicSamplingTries) {
      let problems = try examiner.problems(
        .training, count: options.prompts,
        seed: seeds.seed(.problems, step: stepCount + 1, part: attempt))
      let rollout = try examiner.rollout(
        learner, problems: problems, groupSize: options.group,
        seed: seeds.seed(.answers, step: stepCount + 1, part: attempt), options: sampling,
        dropoutSeed: options.samplesWithDropout ? dropoutSeed(pass: 0) : nil,
        firstProblem: attempt * options.prompts, weights: staleWeights)
      guard options.dynamicSamplingTries > 0 else { return (rollout, 1) }
      let informative = rollout.informativeGroups
      let found = rollout.groups(informative)
      let all = kept.map { $0.followed(by: found) } ?? found
      if all.problems.count >= options.prompts {
        return (all.groups(0..<options.prompts), attempt + 1)
      }
      // At the last try, groups that teach nothing fill the batch.
      if attempt == options.dynamicSamplingTries {
        let rest = rollout.problems.indices.filter { !informative.contains($0) }
          .prefix(options.prompts - all.problems.count)
        return (all.followed(by: rollout.groups(rest)), attempt + 1)
      }
      kept = all
    }
    preconditionFailure("the last try returns")
  }

  /// Rewards minus the soft penalty for answers near the limit.
  ///
  /// **Source:** Yu et al., "DAPO", 2025, arXiv 2503.14476, equation 13.
  func penalized(_ rollout: Rollout) -> [Double] {
    let (limit, buffer) = (sampling.maximumLength, options.overlongBuffer)
    return zip(rollout.rewards, rollout.completions).map { reward, completion in
      let excess = completion.tokens.count - (limit - buffer)
      return reward - min(1, max(0, Double(excess) / Double(buffer)))
    }
  }

  /// The completions of each optimiser step: whole groups, shuffled.
  private func parts(of rollout: Rollout, pass: Int) -> [[Int]] {
    guard options.miniBatches > 1 else { return [Array(rollout.completions.indices)] }
    var generator = SplitMix64(seed: seeds.seed(.order, step: stepCount + 1, part: pass))
    let groups = rollout.problems.indices.shuffled(using: &generator)
    return (0..<options.miniBatches).map { part in
      let share =
        part * groups.count / options.miniBatches..<(part + 1) * groups.count
        / options.miniBatches
      return groups[share].flatMap {
        $0 * rollout.groupSize..<($0 + 1) * rollout.groupSize
      }
    }.filter { !$0.isEmpty }
  }

  private func log(
    _ rollout: Rollout, _ values: [(value: ObjectiveValue, entropy: Double)], tries: Int,
    _ record: inout StepRecord
  ) {
    let count = Double(max(values.count, 1))
    func mean(_ entry: ((value: ObjectiveValue, entropy: Double)) -> Double) -> Double {
      values.reduce(0) { $0 + entry($1) } / count
    }
    let squares = rollout.rewards.reduce(0) {
      $0 + ($1 - rollout.meanReward) * ($1 - rollout.meanReward)
    }
    record["reward"] = rollout.meanReward
    record["reward_std"] =
      (squares / Double(max(rollout.rewards.count - 1, 1))).squareRoot()
    record["accuracy"] = rollout.accuracy
    record["frac_reward_zero_std"] = rollout.uniformShare
    record["entropy"] = mean { $0.entropy }
    record["calibration_gap"] = rollout.calibrationGap
    record["clip_ratio/low_mean"] = mean { $0.value.clippedLow }
    record["clip_ratio/high_mean"] = mean { $0.value.clippedHigh }
    if values.contains(where: { $0.value.divergence != nil }) {
      record["kl"] = mean { $0.value.divergence ?? 0 }
    }
    record["completions/mean_length"] = rollout.meanLength
    record["completions/clipped_ratio"] = rollout.truncatedShare
    record["num_tokens"] = Double(rollout.tokenCount)
    if options.dynamicSamplingTries > 0 { record["sampling_tries"] = Double(tries) }
  }
}

/// What is known about the tokens of a rollout before it is learnt from, one list for each completion.
private struct TokenSignals {
  /// Log-probabilities under the policy that ratios compare with.
  let old: [[Double]]
  /// Log-probabilities under the base, if the divergence from it counts.
  let reference: [[Double]]?
  /// What their losses are multiplied by; nil for 1.
  let samplingWeights: [[Double]]?
  let advantages: [[Double]]
}

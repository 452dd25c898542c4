import LinearAlgebra

extension Trainer {
  /// The value function of a run whose objective needs one.
  static func critic(_ options: RunOptions, width: Int) -> Critic<Element>? {
    guard options.needsValues else { return nil }
    return Critic(
      options.critic, width: width, seed: Seeds(run: options.seed).seed(.valueHeads, step: 0))
  }

  /// Rewards as they are learnt from: without what answers near the limit lose, and with the bonus for unlikely answers.
  func shapedRewards(_ rollout: Rollout) -> [Double] {
    let rewards = options.overlongBuffer > 0 ? penalized(rollout) : rollout.rewards
    guard options.isCurious else { return rewards }
    let weight = options.curiosity.weight(at: stepCount, of: options.steps)
    return zip(rewards, rollout.completions).map { reward, completion in
      let coded = Curiosity.coded(reward)
      return coded + weight
        * Curiosity.bonus(reward: coded, logPerplexity: completion.logPerplexity)
    }
  }

  /// The values of a rollout's prefixes, and what the critic will learn from it; nil without a critic.
  func appraise(
    _ rollout: Rollout, rewards: [Double], _ options: ObjectiveOptions
  ) -> Critic<Element>.Lesson? {
    guard let critic else { return nil }
    let states = learner.outputs(rollout.sequences)
    let estimate = critic.estimate(states)
    let returns = GeneralizedAdvantage.returns(
      rewards: rewards, values: estimate.means, discount: options.discount,
      decay: options.traceDecay)
    return Critic.Lesson(
      states: states, estimate: estimate, returns: returns,
      counts: Critic<Element>.counts(
        self.options.critic, completions: states.count,
        seed: seeds.seed(.bootstrap, step: stepCount + 1)))
  }

  /// One step of the critic on the answers that the policy has just learnt from.
  func learnValues(_ lesson: Critic<Element>.Lesson?, part: [Int]) throws -> Double? {
    guard let critic, let lesson else { return nil }
    let loss = critic.learn(lesson, part: part, clipNorm: options.clipNorm)
    guard loss.isFinite else {
      throw TrainingError.notFinite(step: stepCount + 1, what: "the loss of the value function")
    }
    return loss
  }

  /// What is logged about values.
  func logValues(
    _ lesson: Critic<Element>.Lesson?, losses: [Double], _ record: inout StepRecord
  ) {
    guard let lesson else { return }
    record["value_loss"] = losses.reduce(0, +) / Double(max(losses.count, 1))
    record["value_explained_variance"] = lesson.estimate.explainedVariance(of: lesson.returns)
    if let deviations = lesson.estimate.deviations?.flatMap({ $0 }) {
      record["value_disagreement"] = deviations.reduce(0, +) / Double(max(deviations.count, 1))
    }
  }
}

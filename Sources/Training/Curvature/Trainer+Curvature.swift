import LinearAlgebra

extension Trainer {
  /// The largest curvature of the policy where it is, on answers that it draws itself.
  /// - Parameters:
  ///   - prompts: How many problems are asked.
  ///   - answers: How many answers each gets.
  ///   - steps: Of Lanczos.
  public func curvature(
    prompts: Int = 24, answers: Int = 4, steps: Int = 12
  ) throws -> LossCurvature<Element>.Estimate {
    let problems = try examiner.problems(
      .training, count: prompts, seed: seeds.seed(.problems, step: 0, part: 1))
    var drawing = sampling
    drawing.temperature = 1
    let rollout = try examiner.rollout(
      learner, problems: problems, groupSize: answers,
      seed: seeds.seed(.answers, step: 0, part: 1), options: drawing)
    return try LossCurvature(learner, on: rollout.sequences)
      .largestEigenvalue(steps: steps, seed: options.seed)
  }
}

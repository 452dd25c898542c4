package import LinearAlgebra

/// Gives a policy the problems of a task and rewards its answers.
public struct Examiner: Sendable {
  public let task: any VerifiableTask
  public let tokenizer: any Tokenizer
  /// The token that ends an answer.
  public let endToken: Int
  /// How many tokens the model knows; nil for as many as there are.
  private let vocabulary: Int?

  /// - Parameters:
  ///   - task: The task.
  ///   - tokenizer: The model's.
  ///   - stop: A text of one token that ends an answer; nil for the tokenizer's end token.
  ///   - vocabulary: The number of rows of the model's embedding. A tokenizer may have more tokens, such as
  ///     Gemma's for images, as long as no text contains one. Nil for a model made for the tokenizer.
  /// - Throws: ``TokenizerError``; ``TrainingError/stopIsNoToken(_:)``,
  ///   ``TrainingError/tokenBeyondVocabulary(token:vocabulary:)``.
  public init(
    task: any VerifiableTask, tokenizer: any Tokenizer, stop: String? = nil, vocabulary: Int? = nil
  ) throws {
    self.task = task
    self.tokenizer = tokenizer
    self.vocabulary = vocabulary
    let tokens = try stop.map { try tokenizer.encode($0) }
    if let tokens, tokens.count != 1 { throw TrainingError.stopIsNoToken(stop ?? "") }
    endToken = tokens?.first ?? tokenizer.endToken
    // Every token of the task's alphabet is tried now, not in the middle of a run.
    _ = try checked([endToken] + (tokenizer.beginToken.map { [$0] } ?? []))
    for character in task.alphabet {
      if let tokens = try? tokenizer.encode(String(character)) { _ = try checked(tokens) }
    }
  }

  /// The tokens as the model reads them.
  private func checked(_ tokens: [Int]) throws(TrainingError) -> [Int32] {
    if let vocabulary, let token = tokens.first(where: { $0 >= vocabulary }) {
      throw .tokenBeyondVocabulary(token: token, vocabulary: vocabulary)
    }
    return tokens.map { Int32($0) }
  }

  /// The problems of a split that a seed draws.
  /// - Throws: ``TaskError/emptySplit(task:split:tries:)`` or
  ///   ``TaskError/emptyPart(file:split:prompts:share:)`` if the split has no problem.
  public func problems(
    _ split: Split, count: Int, seed: UInt64
  ) throws(TaskError) -> [Problem] {
    var generator = SplitMix64(seed: seed)
    var result = [Problem]()
    for _ in 0..<count { result.append(try task.problem(split, using: &generator)) }
    return result
  }

  /// The tokens of a prompt, preceded by the begin token if the model has one.
  /// - Throws: ``TokenizerError``; ``TrainingError/tokenBeyondVocabulary(token:vocabulary:)``.
  public func prompt(_ problem: Problem) throws -> [Int32] {
    let tokens = try checked(tokenizer.encode(problem.prompt))
    return (tokenizer.beginToken.map { [Int32($0)] } ?? []) + tokens
  }

  /// A completion's tokens, with the end token.
  /// - Throws: As ``prompt(_:)``.
  public func completion(_ text: String) throws -> [Int32] {
    try checked(tokenizer.encode(text)) + [Int32(endToken)]
  }

  /// A problem and an answer to it as tokens.
  /// - Throws: As ``prompt(_:)``.
  package func sequence(
    _ problem: Problem, answer: String
  ) throws -> (prompt: [Int32], completion: [Int32]) {
    (try prompt(problem), try completion(answer))
  }

  /// A drawn training problem with its demonstration.
  /// - Throws: ``TaskError``; as ``prompt(_:)``.
  package func demonstration(
    using generator: inout SplitMix64
  ) throws -> (prompt: [Int32], completion: [Int32]) {
    let problem = try task.problem(.training, using: &generator)
    return try sequence(problem, answer: task.demonstration(of: problem, using: &generator))
  }

  /// Draws answers and rewards them.
  /// - Parameters:
  ///   - learner: The learner whose policy answers.
  ///   - problems: The problems.
  ///   - groupSize: Answers per problem.
  ///   - seed: The seed of the answers; each answer draws its own numbers.
  ///   - options: Temperature and length.
  ///   - dropoutSeed: The seed of the masks; nil samples without dropout.
  ///   - firstProblem: The number of the first problem among all problems that share the seed of the masks.
  ///   - weights: Of another policy that answers in place of the learner's; nil for that one.
  package func rollout<Element>(
    _ learner: Learner<Element>, problems: [Problem], groupSize: Int, seed: UInt64,
    options: SamplingOptions, dropoutSeed: UInt64? = nil, firstProblem: Int = 0,
    weights: TensorSet<Element>? = nil
  ) throws -> Rollout {
    let prompts = try problems.map { try prompt($0) }
    var generator = SplitMix64(seed: seed)
    let seeds = problems.map { _ in (0..<groupSize).map { _ in generator.next() } }
    let keys = problems.indices.map { problem in
      (0..<groupSize).map { place in
        MaskKeys(
          prompt: firstProblem + problem, completion: (firstProblem + problem) * groupSize + place)
      }
    }
    let completions = learner.sample(
      prompts: prompts, seeds: seeds, options: options, dropoutSeed: dropoutSeed, keys: keys,
      weights: weights)
    let rewards = zip(problems, completions).flatMap { problem, group in
      group.map { reward($0, problem) }
    }
    return Rollout(
      problems: problems, prompts: prompts, groupSize: groupSize,
      completions: completions.flatMap { $0 }, rewards: rewards, maskKeys: keys.flatMap { $0 })
  }

  /// The reward of an answer.
  package func reward(_ completion: Completion, _ problem: Problem) -> Double {
    let tokens = completion.isEnded ? completion.tokens.dropLast() : completion.tokens[...]
    return task.reward(
      for: tokenizer.decode(tokens.map { Int($0) }), ended: completion.isEnded, to: problem)
  }
}

extension Examiner {
  /// How many tokens the longest prompt and its answer may take, estimated from a sample of problems.
  /// - Parameter limit: The most tokens of an answer; nil for the task's own.
  /// - Throws: As ``problems(_:count:seed:)`` and ``prompt(_:)``.
  public func longestSequence(limit: Int?) throws -> Int {
    var longest = 0
    for problem in try problems(.training, count: 256, seed: 0) {
      longest = max(longest, try prompt(problem).count)
    }
    // Longer prompts than those of the sample may exist.
    return longest + longest / 4 + (limit ?? task.maximumCompletionLength + 1) + 4
  }
}

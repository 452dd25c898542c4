import Adapters
package import LinearAlgebra
package import Training

/// A policy that learns from demonstrations, by cross-entropy, with the parameters that a system lets learn.
///
/// A class, because the parameters change in place.
package final class SupervisedPolicy<Element: KernelScalar> {
  package typealias Demonstration = Learner<Element>.Sequence

  package let policy: Policy<Element>
  /// All trained parameters.
  package let parameters: [OptimizedParameter<Element>]
  /// One for each parameter; that of the last loss.
  package let gradients: [MatrixView<Element>]
  private let learner: Learner<Element>

  /// The norm that gradients are clipped to.
  private static var clipNorm: Double { 1 }

  /// - Parameters:
  ///   - policy: At its start.
  ///   - positions: The longest expected prompt with its answer.
  package init(_ policy: Policy<Element>, positions: Int) {
    self.policy = policy
    parameters = policy.trained
    gradients = parameters.zeros()
    // One lane: a unit is one thread.
    learner = Learner(policy, positions: positions, lanes: 1, threads: 1)
  }

  /// The mean negative log-probability of the demonstrations' tokens, in nats; ``gradients`` become its.
  ///
  /// The parameters must not have changed since ``refresh()``.
  package func loss(of demonstrations: [Demonstration]) -> Double {
    learner.crossEntropy(of: demonstrations, into: gradients).loss
  }

  /// One step on demonstrations.
  /// - Parameters:
  ///   - demonstrations: What is learnt from.
  ///   - optimizer: Of the parameters that learn.
  ///   - learning: The gradients of those parameters, of ``gradients``; nil for all.
  ///   - rate: The learning rate.
  /// - Throws: `TrainingError` if a number is not finite.
  package func step(
    on demonstrations: [Demonstration], _ optimizer: any Optimizer<Element>,
    learning: [MatrixView<Element>]? = nil, rate: Double
  ) throws(TrainingError) {
    let loss = loss(of: demonstrations)
    try Self.apply(learning ?? gradients, of: loss, optimizer, rate: rate)
    refresh()
  }

  /// Clips gradients and takes an optimiser's step.
  /// - Throws: `TrainingError` if a number is not finite.
  package static func apply(
    _ gradients: [MatrixView<Element>], of loss: Double, _ optimizer: any Optimizer<Element>,
    rate: Double
  ) throws(TrainingError) {
    let norm = GradientClipping.clip(gradients, to: clipNorm)
    guard loss.isFinite, norm.isFinite else {
      throw .notFinite(step: optimizer.stepCount + 1, what: "the loss or its gradient")
    }
    optimizer.step(gradients: gradients, rate: rate)
  }

  /// Makes the effective weights those of the parameters. Call it when the parameters were set.
  package func refresh() { policy.refresh() }

  /// The share of problems that are answered right, by greedy decoding.
  /// - Throws: What the tokenizer throws.
  package func accuracy(on problems: [Problem], of examiner: Examiner) throws -> Double {
    try examiner.rollout(
      learner, problems: problems, groupSize: 1, seed: 0,
      options: SamplingOptions(
        temperature: 0, maximumLength: examiner.task.maximumCompletionLength + 1,
        endToken: Int32(examiner.endToken))
    ).accuracy
  }
}

extension SupervisedPolicy {
  /// A policy with plain LoRA on all linear modules, of which the effective weight is W + BA.
  /// - Throws: `AdapterError`, `TrainingError`.
  package static func lora(
    on base: DecoderModel<Element>, rank: Int, seed: UInt64, positions: Int,
    targets: [String] = []
  ) throws -> SupervisedPolicy {
    SupervisedPolicy(
      try Policy(
        base: base, choice: try AdapterChoice(parsing: "lora"),
        options: AdapterOptions(rank: rank, alpha: Double(rank)), targets: TargetModules(targets),
        seed: seed), positions: positions)
  }

  /// A policy of which all weights learn.
  /// - Throws: `AdapterError`, `TrainingError`.
  package static func full(
    on base: DecoderModel<Element>, seed: UInt64, positions: Int
  ) throws -> SupervisedPolicy {
    SupervisedPolicy(
      try Policy(
        base: base, choice: try AdapterChoice(parsing: "full"), options: AdapterOptions(),
        targets: TargetModules(), seed: seed), positions: positions)
  }

  /// The factors of each module, for a policy of ``lora(on:rank:seed:positions:targets:)``.
  package var factors: [FactorViews<Element>] {
    let (input, output) = (".lora_A.weight", ".lora_B.weight")
    return parameters.indices.filter { parameters[$0].name.hasSuffix(input) }.compactMap { place in
      let module = String(parameters[place].name.dropLast(input.count))
      guard let other = parameters.firstIndex(where: { $0.name == module + output }) else {
        return nil
      }
      return FactorViews(
        module: module, input: parameters[place].values, inputGradient: gradients[place],
        output: parameters[other].values, outputGradient: gradients[other])
    }
  }
}

/// The factors of a module and their gradients, in the memory of a policy.
package struct FactorViews<Element: KernelScalar> {
  package let module: String
  /// A, rank × in.
  package let input: MatrixView<Element>, inputGradient: MatrixView<Element>
  /// B, out × rank.
  package let output: MatrixView<Element>, outputGradient: MatrixView<Element>

  package init(
    module: String, input: MatrixView<Element>, inputGradient: MatrixView<Element>,
    output: MatrixView<Element>, outputGradient: MatrixView<Element>
  ) {
    self.module = module
    self.input = input
    self.inputGradient = inputGradient
    self.output = output
    self.outputGradient = outputGradient
  }
}

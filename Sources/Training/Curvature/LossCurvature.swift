import Foundation
import LinearAlgebra

/// The curvature of the negative log-likelihood of sequences with respect to the trained parameters.
///
/// On completions that the policy itself drew at temperature 1, the Hessian of their mean negative
/// log-likelihood is in expectation the Fisher information matrix: the second-order term of the divergence that
/// a step causes, whatever the reward (Martens, "New insights and perspectives on the natural gradient method",
/// 2014, arXiv 1412.1193, section 5). Its largest eigenvalue limits the step size at which gradient descent is stable.
///
/// DoRA's gradient treats the norm as a constant, as in the paper. Its derivative is therefore not quite symmetric,
/// and the eigenvalue depends on the first direction in its third digit.
package struct LossCurvature<Element: KernelScalar> {
  let learner: Learner<Element>
  private let sequences: [Learner<Element>.Sequence]

  /// - Parameters:
  ///   - learner: The policy's learner; in double precision if digits matter.
  ///   - sequences: Prompts and completions.
  package init(_ learner: Learner<Element>, on sequences: [Learner<Element>.Sequence]) {
    self.learner = learner
    self.sequences = sequences
  }

  /// An estimate of the largest eigenvalue.
  package struct Estimate: Sendable, Equatable {
    /// The eigenvalue of the Hessian of the loss, in nats per token.
    package let value: Double
    /// The Hessian has an eigenvalue within this distance of the value (the residual of the Ritz vector).
    package let bound: Double
  }

  /// The largest eigenvalue of the Hessian, by Lanczos with full re-orthogonalisation.
  ///
  /// The parameters are moved and then restored bit for bit.
  /// - Parameters:
  ///   - steps: How many products with the Hessian are taken; each costs two gradients.
  ///   - seed: The seed of the first direction.
  /// - Throws: `LinearAlgebraError` if the small eigenproblem fails.
  package func largestEigenvalue(steps: Int = 16, seed: UInt64 = 0) throws -> Estimate {
    var lanczos = Lanczos(count: learner.policy.trainedCount, seed: seed)
    for _ in 0..<min(steps, learner.policy.trainedCount) where !lanczos.hasEnded {
      lanczos.step(product(with:))
    }
    let largest = try lanczos.extremes().largest
    return Estimate(value: largest.value, bound: largest.bound)
  }

  /// The product of the Hessian with a vector in the order of the trained parameters, by central differences of
  /// the gradient.
  ///
  /// The step is 10⁻⁴ times the norm of the parameters, or 10⁻⁴ if the norm is below 1. In double precision the
  /// truncation error (the square of the step) and the rounding error (10⁻¹⁶ divided by the step) are then both
  /// far below 10⁻⁶.
  package func product(with vector: [Double]) -> [Double] {
    let trained = learner.policy.trained.map(\.values)
    let kept = trained.map(\.values)
    let size = kept.joined().reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    let step =
      1e-4 * max(1, size) / max(vector.dot(vector).squareRoot(), .leastNormalMagnitude)
    defer {
      Self.write(kept.joined().map { Double($0) }, to: trained)
      learner.policy.refresh()
    }
    let origin = kept.joined().map { Double($0) }
    func gradient(_ sign: Double) -> [Double] {
      var place = origin
      place.add(vector, scale: sign * step)
      Self.write(place, to: trained)
      learner.policy.refresh()
      return self.gradient()
    }
    let (ahead, behind) = (gradient(1), gradient(-1))
    return zip(ahead, behind).map { ($0 - $1) / (2 * step) }
  }

  /// The gradient of the mean negative log-likelihood per token, at the current parameters.
  package func gradient() -> [Double] {
    let gradients = learner.policy.trained.zeros()
    _ = learner.crossEntropy(of: sequences, into: gradients)
    return gradients.flatMap { $0.values.map { Double($0) } }
  }

  private static func write(_ values: [Double], to views: [MatrixView<Element>]) {
    var rest = values[...]
    for view in views {
      let part = Array(rest.prefix(view.count))
      view.set(Matrix(rows: view.rows, columns: view.columns, values: part))
      rest = rest.dropFirst(view.count)
    }
  }
}

extension Trainer {
  /// The largest curvature of the policy at its current parameters, on answers that it samples itself.
  /// - Parameters:
  ///   - prompts: The number of problems.
  ///   - answers: The number of answers per problem.
  ///   - steps: The steps of Lanczos.
  package func curvature(
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

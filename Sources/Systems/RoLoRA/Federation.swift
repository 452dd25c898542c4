import LinearAlgebra
import Training

/// A server and clients that train plain LoRA in rounds. In a round each client begins with the server's factors, takes
/// some steps on its own data, and the server makes one pair of factors of all.
///
/// A class, because the clients train one after another on one policy.
package final class Federation {
  /// What a round was like.
  package struct Round {
    /// How far the server's product is from the mean of the clients' products, as a share of that mean's norm.
    package let averagingError: Double
    /// The mean overlap of the subspaces in which two clients changed their factors, in [0, 1].
    package let overlap: Double
  }

  package struct Options {
    var localSteps: Int
    var batch: Int
    var rate: Double
    /// Of the batches.
    var seed: UInt64

    package init(localSteps: Int, batch: Int, rate: Double, seed: UInt64) {
      self.localSteps = localSteps
      self.batch = batch
      self.rate = rate
      self.seed = seed
    }
  }

  private let policy: SupervisedPolicy<Float>
  private let rule: FederatedRule
  private let clients: [ClientData]
  private let options: Options
  private let factors: [FactorViews<Float>]
  private var server: [FactorValues]
  private var roundCount = 0

  /// - Parameters:
  ///   - policy: Of plain LoRA; its parameters are the server's start.
  ///   - rule: Who trains what, and how it is merged.
  ///   - clients: Their data.
  ///   - options: Steps, batch, rate and the seed of the batches.
  package init(
    _ policy: SupervisedPolicy<Float>, _ rule: FederatedRule, _ clients: [ClientData],
    _ options: Options
  ) {
    self.policy = policy
    self.rule = rule
    self.clients = clients
    self.options = options
    factors = policy.factors
    server = factors.map(\.values)
  }

  /// Takes a round; the policy then has the server's factors.
  /// - Throws: `TrainingError` if a number is not finite; `LinearAlgebraError`.
  package func round() throws -> Round {
    roundCount += 1
    let trained = rule.trained(in: roundCount)
    let learning = factors.flatMap { $0.parameters(input: trained.input, output: trained.output) }
    var found = [[FactorValues]]()
    for (index, client) in clients.enumerated() {
      set(server)
      // Moments of another client would push in its directions.
      let optimizer = AdamW(learning.map(\.parameter), AdamWOptions())
      var generator = SplitMix64(
        seed: options.seed &+ UInt64(roundCount) << 32 &+ UInt64(index) << 16)
      for _ in 0..<options.localSteps {
        try policy.step(
          on: client.batch(of: options.batch, using: &generator), optimizer,
          learning: learning.map(\.gradient), rate: options.rate)
      }
      found.append(factors.map(\.values))
    }
    let before = server
    server = try factors.indices.map { module in try rule.merged(found.map { $0[module] }) }
    set(server)
    return Round(
      averagingError: averagingError(found),
      overlap: try overlap(found, from: before, ofOutputs: trained.output))
  }

  private func averagingError(_ clients: [[FactorValues]]) -> Double {
    var (error, norm) = (0.0, 0.0)
    for module in factors.indices {
      let mean = clients.map { $0[module].product }.mean
      let gap = server[module].product - mean
      error += gap.innerProduct(with: gap)
      norm += mean.innerProduct(with: mean)
    }
    return (error / norm).squareRoot()
  }

  /// The mean over modules and pairs of clients of ‖QᵢᵀQⱼ‖²/r, with an orthonormal basis Q of what a client changed: of
  /// the columns of B, or of the rows of A if B did not change.
  private func overlap(
    _ clients: [[FactorValues]], from start: [FactorValues], ofOutputs: Bool
  ) throws -> Double {
    var (sum, count) = (0.0, 0.0)
    for module in factors.indices {
      let bases = try clients.map { client in
        try QRFactors(
          of: ofOutputs
            ? client[module].output - start[module].output
            : (client[module].input - start[module].input).transposed()
        ).q
      }
      for first in bases.indices {
        for second in bases.indices where second > first {
          let product = bases[first].transposed() * bases[second]
          sum += product.innerProduct(with: product) / Double(bases[first].columns)
          count += 1
        }
      }
    }
    return sum / count
  }

  private func set(_ values: [FactorValues]) {
    for (factors, values) in zip(factors, values) {
      factors.input.set(values.input)
      factors.output.set(values.output)
    }
    policy.refresh()
  }
}

extension FactorViews {
  fileprivate var values: FactorValues {
    FactorValues(input: input.matrix, output: output.matrix)
  }

  /// The factors that learn, with their gradients.
  fileprivate func parameters(
    input isInput: Bool, output isOutput: Bool
  ) -> [(parameter: OptimizedParameter<Element>, gradient: MatrixView<Element>)] {
    (isInput ? [(OptimizedParameter(name: "\(module).A", values: input), inputGradient)] : [])
      + (isOutput
        ? [(OptimizedParameter(name: "\(module).B", values: output), outputGradient)] : [])
  }
}

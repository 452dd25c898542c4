package import LinearAlgebra

/// Which factors clients train in a round, and what the server makes of theirs.
package enum FederatedRule: String, CaseIterable {
  /// One factor at a time, in turn: B in odd rounds, A in even ones.
  case rolora
  /// B alone; A stays where it started.
  ///
  /// **Source:** Sun et al., "Improving LoRA in privacy-preserving federated learning", 2024, arXiv 2403.12313.
  case frozen = "ffa-lora"
  /// Both; each is averaged.
  case averaged = "fedavg-lora"
  /// Both; the products are averaged, and the best factors of that rank are taken.
  ///
  /// **Source:** Bai et al., "Federated fine-tuning of large language models under heterogeneous tasks and client
  /// resources", 2024, arXiv 2402.11505.
  case decomposed = "flexlora"

  /// What the clients train in a round, which counts from 1.
  package func trained(in round: Int) -> (input: Bool, output: Bool) {
    switch self {
    case .rolora: (round % 2 == 0, round % 2 == 1)
    case .frozen: (false, true)
    case .averaged, .decomposed: (true, true)
    }
  }

  /// The server's factors of a module.
  /// - Parameter clients: The factors of each client, at least one.
  /// - Throws: `LinearAlgebraError` if a decomposition fails.
  package func merged(_ clients: [FactorValues]) throws(LinearAlgebraError) -> FactorValues {
    let mean = FactorValues(
      input: clients.map(\.input).mean, output: clients.map(\.output).mean)
    guard self == .decomposed else { return mean }
    let rank = mean.input.rows
    let triplets = try SingularTriplets(of: clients.map(\.product).mean).leading(rank)
    // Each factor gets the root of a singular value, so that both learn at similar rates.
    let roots = triplets.values.map { $0.squareRoot() }
    return FactorValues(
      input: triplets.right.scalingRows(by: roots),
      output: triplets.left.scalingColumns(by: roots))
  }
}

/// The factors of one module: A, rank × in, and B, out × rank.
package struct FactorValues {
  package var input: Matrix
  package var output: Matrix

  package init(input: Matrix, output: Matrix) {
    self.input = input
    self.output = output
  }

  package var product: Matrix { output * input }
}

extension [Matrix] {
  /// The mean of matrices of equal shape; at least one.
  var mean: Matrix { 1 / Double(count) * dropFirst().reduce(self[0], +) }
}

import Foundation
package import LinearAlgebra
package import Training

/// The demonstrations of a client, whose problems are of other kinds than those of other clients.
///
/// The kinds are the first digits of the problems. Each client draws its shares of the ten kinds from a Dirichlet
/// distribution: the smaller its concentration, the more clients differ.
package struct ClientData {
  package let demonstrations: [(prompt: [Int32], completion: [Int32])]
  /// The shares of the kinds among them, by first digit.
  package let shares: [Character: Double]

  /// The data of all clients.
  /// - Parameters:
  ///   - clients: How many there are.
  ///   - samples: How many demonstrations each has.
  ///   - concentration: Of the Dirichlet distribution, above 0.
  ///   - examiner: Task and tokenizer.
  ///   - generator: The source of random numbers.
  /// - Throws: What task and tokenizer throw.
  package static func split(
    among clients: Int, samples: Int, concentration: Double, _ examiner: Examiner,
    using generator: inout SplitMix64
  ) throws -> [ClientData] {
    let kinds = Array("0123456789")
    return try (0..<clients).map { _ in
      let weights = dirichlet(kinds.count, concentration, using: &generator)
      var wanted = (0..<samples).map { _ in kinds[draw(from: weights, using: &generator)] }
      var counts = [Character: Double]()
      var demonstrations = [(prompt: [Int32], completion: [Int32])]()
      while !wanted.isEmpty {
        let problem = try examiner.task.problem(.training, using: &generator)
        guard let kind = problem.prompt.first, let place = wanted.firstIndex(of: kind) else {
          continue
        }
        wanted.remove(at: place)
        counts[kind, default: 0] += 1 / Double(samples)
        demonstrations.append(try examiner.sequence(problem, answer: problem.answer))
      }
      return ClientData(demonstrations: demonstrations, shares: counts)
    }
  }

  /// Some demonstrations, drawn with replacement.
  func batch(
    of count: Int, using generator: inout SplitMix64
  ) -> [(prompt: [Int32], completion: [Int32])] {
    (0..<count).map { _ in demonstrations[generator.nextIndex(below: demonstrations.count)] }
  }

  /// Shares that sum to 1, from a symmetric Dirichlet distribution.
  package static func dirichlet(
    _ count: Int, _ concentration: Double, using generator: inout SplitMix64
  ) -> [Double] {
    // In logarithms: with a small concentration most gamma variates are below what a double holds.
    let logarithms = (0..<count).map { _ in logGamma(concentration, using: &generator) }
    let largest = logarithms.max() ?? 0
    let weights = logarithms.map { exp($0 - largest) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// The logarithm of a gamma variate.
  ///
  /// **Source:** Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26, 2000.
  private static func logGamma(_ shape: Double, using generator: inout SplitMix64) -> Double {
    if shape < 1 {
      let uniform = max(generator.nextUniform(), .leastNormalMagnitude)
      return logGamma(shape + 1, using: &generator) + log(uniform) / shape
    }
    let shift = shape - 1.0 / 3
    let factor = 1 / (9 * shift).squareRoot()
    while true {
      let normal = generator.nextGaussian()
      let cube = pow(1 + factor * normal, 3)
      guard cube > 0 else { continue }
      let uniform = max(generator.nextUniform(), .leastNormalMagnitude)
      if log(uniform) < normal * normal / 2 + shift * (1 - cube + log(cube)) {
        return log(shift * cube)
      }
    }
  }

  private static func draw(from weights: [Double], using generator: inout SplitMix64) -> Int {
    var left = generator.nextUniform()
    for (index, weight) in weights.enumerated() {
      left -= weight
      if left < 0 { return index }
    }
    return weights.count - 1
  }
}

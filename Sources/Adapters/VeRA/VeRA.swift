import LinearAlgebra

/// Vectors on shared random projections: W₊ = W + (λ_b ∘ B[:out]) · (λ_d ∘ A[:, :in]).
///
/// | tensor | shape | scales |
/// | --- | --- | --- |
/// | `vera_lambda_b` | out | rows of B |
/// | `vera_lambda_d` | r | rows of A |
/// | `vera_A`, shared | r × largest in | |
/// | `vera_B`, shared | largest out × r | |
///
/// **Source:** Kopiczko, Blankevoort, Asano, "VeRA: vector-based random matrix adaptation", 2023,
/// arXiv 2310.11454, equation 2.
package enum VeRA: AdapterMethod {
  package static let key = "vera"
  package static let summary = "two trained vectors on random projections that all modules share"
  package static let peftTypes = ["VERA"]

  static let outputScale = "vera_lambda_b"
  static let innerScale = "vera_lambda_d"
  static let inputProjection = "vera_A"
  static let outputProjection = "vera_B"

  /// The indices of λ_b, λ_d, A and B among the parameters.
  static let outputScales = 0
  static let innerScales = 1
  static let input = 2
  static let output = 3

  /// The shared projections of a seed, A drawn before B from PyTorch's generator: uniform in ±√(6/fan-in),
  /// as 32-bit floats.
  /// - Parameters:
  ///   - rank: r.
  ///   - shapes: The shapes of the adapted modules, out × in; the largest size in each dimension counts.
  ///   - seed: `projection_prng_key`.
  /// - Returns: A and B by their names; empty if there are no modules.
  static func projections(rank: Int, shapes: [MatrixShape], seed: UInt64) -> [String: Tensor] {
    guard let outputs = shapes.map(\.rows).max(), let inputs = shapes.map(\.columns).max() else {
      return [:]
    }
    var generator = MersenneTwister(seed: seed)
    let down = generator.nextProjection(rows: rank, columns: inputs)
    let up = generator.nextProjection(rows: outputs, columns: rank)
    return [inputProjection: Tensor(down), outputProjection: Tensor(up)]
  }
}

extension MersenneTwister {
  /// A projection as PyTorch's `kaiming_uniform_` draws it for a layer with these inputs: uniform in ±√(6/columns).
  mutating func nextProjection(rows: Int, columns: Int) -> Matrix {
    nextUniform(
      rows: rows, columns: columns,
      bound: (3.0).squareRoot() * ((2.0).squareRoot() / Double(columns).squareRoot()))
  }
}

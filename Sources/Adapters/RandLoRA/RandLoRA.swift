import LinearAlgebra

/// A full-rank update from random bases: with m the smaller and M the larger size of the weight and n = ⌈m/r⌉ bases,
/// ΔW = s · B·A if there are as few inputs as outputs or fewer, else its transpose; s = α/r.
///
/// | tensor | shape | |
/// | --- | --- | --- |
/// | `randlora_lambda` | r × n | λ |
/// | `randlora_gamma` | n × m | γ |
/// | `randlora_A`, shared | r × 1 × largest m | A[ρ, b] = λ[ρ, b] · γ[b] ∘ `randlora_A`[ρ] |
/// | `randlora_B`, shared | largest M × largest n × r | B |
///
/// A and B are flattened over rank and base, A with the rank and B with the base first, as PEFT does. Files also hold
/// copies of the shared tensors under the name of each module.
///
/// **Source:** Albert et al., "RandLoRA: full-rank parameter-efficient fine-tuning of large models", 2025,
/// arXiv 2502.00987, equation 4; PEFT, `tuners/randlora/layer.py`.
package enum RandLoRA: AdapterMethod {
  package static let key = "randlora"
  package static let summary = "full-rank sum of random bases with trained diagonal scales"
  package static let peftTypes = ["RANDLORA"]

  static let baseScale = "randlora_lambda"
  static let featureScale = "randlora_gamma"
  static let inputBasis = "randlora_A"
  static let outputBasis = "randlora_B"

  /// The shared bases of a seed, each divided by its standard deviation.
  ///
  /// PEFT makes dense bases in BF16 (in F16 where the processor has no BF16), and sparse ones in F32.
  /// - Parameters:
  ///   - rank: r, at least 1.
  ///   - shapes: The shapes of the adapted modules, out × in; the largest size in each dimension counts.
  static func bases(
    rank: Int, shapes: [MatrixShape], options: AdapterConfiguration.RandLoRA, seed: UInt64
  ) -> [String: Tensor] {
    guard rank > 0, let outputs = shapes.map(\.rows).max(),
      let inputs = shapes.map(\.columns).max()
    else { return [:] }
    let (small, large) = (min(outputs, inputs), max(outputs, inputs))
    let count = (small + rank - 1) / rank
    var generator = MersenneTwister(seed: seed)
    var down: [Float]
    var up: [Float]
    if let sparsity = options.sparsity(smallerSize: small) {
      down = generator.nextSigns(count: rank * small, sparsity: sparsity)
      up = generator.nextSigns(count: large * count * rank, sparsity: sparsity)
    } else {
      down = generator.nextBasis(rows: rank, columns: small)
      up = [Float](repeating: 0, count: large * count * rank)
      for base in 0..<count {
        // Each basis is drawn by itself and then becomes one slice of the second dimension.
        let drawn = generator.nextBasis(rows: large, columns: rank)
        for (offset, value) in drawn.enumerated() {
          up[(offset / rank * count + base) * rank + offset % rank] = value
        }
      }
    }
    let isDense = options.sparsity(smallerSize: small) == nil
    normalize(&down, isRounded: isDense)
    normalize(&up, isRounded: isDense)
    return [
      inputBasis: Tensor(shape: [rank, 1, small], values: down.map(Double.init)),
      outputBasis: Tensor(shape: [large, count, rank], values: up.map(Double.init)),
    ]
  }

  /// Divides by the standard deviation, with n − 1 in its denominator.
  /// - Parameter isRounded: Whether deviation and quotients are rounded to BF16.
  private static func normalize(_ values: inout [Float], isRounded: Bool) {
    let count = Double(values.count)
    let mean = values.reduce(0) { $0 + Double($1) } / count
    let square = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    let deviation = Float((square / (count - 1)).squareRoot())
    if isRounded {
      let rounded = deviation.roundedToBFloat16
      for index in values.indices { values[index] = (values[index] / rounded).roundedToBFloat16 }
    } else {
      for index in values.indices { values[index] /= deviation }
    }
  }
}

extension AdapterConfiguration.RandLoRA {
  /// The share of nonzero entries is 1 : this; nil if the bases are dense.
  fileprivate func sparsity(smallerSize: Int) -> Double? {
    if isVerySparse { return Double(smallerSize).squareRoot() }
    return isSparse ? 3 : nil
  }
}

extension MersenneTwister {
  /// A basis as PyTorch's `kaiming_uniform_` with slope √5 draws it in BF16: uniform in ±1/√columns. A number that
  /// rounding makes equal to the upper bound becomes the lower one.
  fileprivate mutating func nextBasis(rows: Int, columns: Int) -> [Float] {
    let slope = (5.0).squareRoot()
    let gain = (2 / (1 + slope * slope)).squareRoot()
    let bound = Float((3.0).squareRoot() * (gain / Double(columns).squareRoot()))
    let limit = bound.roundedToBFloat16
    return (0..<rows * columns).map { _ in
      let drawn = nextUniform(bound: bound).roundedToBFloat16
      return drawn == limit ? -limit : drawn
    }
  }

  /// Numbers −1 and 1 with a probability of 1 : 2·sparsity each, else 0.
  fileprivate mutating func nextSigns(count: Int, sparsity: Double) -> [Float] {
    let share = 1 / (2 * sparsity)
    let (lower, upper) = (Float(share), Float(1 - share))
    return (0..<count).map { _ in
      let unit = nextUnit()
      return unit < lower ? -1 : unit > upper ? 1 : 0
    }
  }
}

extension Float {
  /// The nearest number with 8 significant bits, the even one of two.
  fileprivate var roundedToBFloat16: Float {
    let half: UInt32 = 0x7fff + (bitPattern >> 16 & 1)
    return Float(bitPattern: (bitPattern &+ half) & 0xffff_0000)
  }
}

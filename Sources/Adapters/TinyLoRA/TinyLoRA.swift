import LinearAlgebra

/// A few trained numbers between frozen singular vectors: ΔW = B · (Σᵢ vᵢPᵢ) · A, with the square roots of the r largest
/// singular values in A and B.
///
/// | tensor | shape | |
/// | --- | --- | --- |
/// | `tinylora_A`, `tinylora_B` | r × in, out × r | of an embedding r × width, rows × r |
/// | `tinylora_P` | u × r × r | random |
/// | `tinylora_v.GROUP`, shared | u | v |
///
/// Modules share v in groups of successive modules: of N modules, `weight_tying` t makes G = max(1, round(N(1 − t)))
/// groups, and module i has group min(i / ⌊N/G⌋, G − 1).
///
/// **Source:** PEFT, `tuners/tinylora/layer.py` and `model.py`.
package enum TinyLoRA: AdapterMethod {
  package static let key = "tinylora"
  package static let summary = "a few numbers between frozen singular vectors"
  package static let peftTypes = ["TINYLORA"]

  static let inputFactor = "tinylora_A"
  static let outputFactor = "tinylora_B"
  static let projections = "tinylora_P"
  /// What precedes the number of a group in the name of its vector.
  static let vectorPrefix = "tinylora_v."

  /// The number of the module, counted in the order of the model, whose projections these are.
  ///
  /// No file tells this order. But the projections of module i are drawn from the seed of the configuration plus i, so
  /// they tell it: those of another number would not resemble them.
  /// - Returns: Nil if none of the modules has these projections.
  static func number(
    of projections: Tensor, moduleCount: Int, seed: UInt64
  ) -> Int? {
    let deviation = 1 / Double(projections.shape[1]).squareRoot()
    // Whole blocks of the generator are compared: 256 numbers are enough.
    let count = projections.values.count < 272 ? projections.values.count : 256
    let known = projections.values.prefix(count)
    let size = known.reduce(0) { $0 + $1 * $1 }
    return (0..<moduleCount).first { number in
      var generator = MersenneTwister(seed: seed &+ UInt64(number))
      let drawn = generator.nextNormals(count: count, deviation: deviation)
      // Rounding to 16 bits is far below this, and another seed far above.
      let distance = zip(drawn, known).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      return distance <= 1e-4 * size
    }
  }
}

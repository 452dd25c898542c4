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
/// **Source:** "Learning to reason in 13 parameters", 2026, arXiv 2602.04118; PEFT, `tuners/tinylora/layer.py` and
/// `model.py`, whose square roots on both sides and normal projections of deviation 1/√r these are.
package enum TinyLoRA: AdapterMethod {
  package static let key = "tinylora"
  package static let summary = "a few numbers between frozen singular vectors"
  package static let peftTypes = ["TINYLORA"]

  static let inputFactor = "tinylora_A"
  static let outputFactor = "tinylora_B"
  static let projections = "tinylora_P"
  /// What precedes the number of a group in the name of its vector.
  static let vectorPrefix = "tinylora_v."

  /// The indices of v, A, B and the projections among the parameters.
  static let vector = 0
  static let input = 1
  static let output = 2
  static let projection = 3

  /// The group of a module, counted in the order of the model.
  static func group(ofModule number: Int, of modules: Int, tying: Double) -> Int {
    // Python rounds half to even.
    let groups = max(1, Int((Double(modules) * (1 - tying)).rounded(.toNearestOrEven)))
    return group(ofModule: number, of: modules, groups: groups)
  }

  /// The same, given the number of groups.
  static func group(ofModule number: Int, of modules: Int, groups: Int) -> Int {
    min(number / max(1, modules / groups), groups - 1)
  }

  /// The first numbers of the projections of a module.
  static func drawn(_ count: Int, rank: Int, module number: Int, seed: UInt64) -> [Double] {
    var generator = MersenneTwister(seed: seed &+ UInt64(number))
    return generator.nextNormals(count: count, deviation: 1 / Double(rank).squareRoot())
  }

  /// The number of the module, counted in the order of the model, whose projections these are.
  ///
  /// No file tells this order. But the projections of module i are drawn from the seed of the configuration plus i, so
  /// they tell it: those of another number would not resemble them.
  /// - Returns: Nil if none of the modules has these projections.
  static func number(
    of projections: Tensor, moduleCount: Int, seed: UInt64
  ) -> Int? {
    // Whole blocks of the generator are compared: 256 numbers are enough.
    let count = projections.values.count < 272 ? projections.values.count : 256
    let known = projections.values.prefix(count)
    let size = known.reduce(0) { $0 + $1 * $1 }
    return (0..<moduleCount).first { number in
      let drawn = drawn(count, rank: projections.shape[1], module: number, seed: seed)
      // Rounding to 16 bits is far below this, and another seed far above.
      let distance = zip(drawn, known).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      return distance <= 1e-4 * size
    }
  }
}

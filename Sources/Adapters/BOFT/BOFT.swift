/// A chain of block rotations with butterfly permutations between them, and a factor for each output:
/// W₊ = diag(s) · W · (M₁ᵀ M₂ᵀ … M_mᵀ), Mᵢ = Pᵢ · diag(C₁, …, C_D) · Pᵢᵀ.
///
/// | tensor | shape |
/// | --- | --- |
/// | `boft_R` | m × D × b × b; each block gives S = (R − Rᵀ)/2 and C = (I − S)(I + S)⁻¹ |
/// | `boft_s` | out × 1, of a convolution 1 × out |
///
/// D·b is the width of W (for a convolution in · kernel). Pᵢ cuts groups of 2ⁱ⁻¹·b inputs into halves of blocks and puts
/// those with even numbers before those with odd ones; P₁ is the identity. The tensor tells m: without its extension for
/// graphics cards PEFT trains m = 1 whatever `boft_n_butterfly_factor` says. The bias does not change.
///
/// **Source:** Liu et al., "Parameter-efficient orthogonal finetuning via butterfly factorization", 2023, arXiv
/// 2311.06243; PEFT `tuners/boft/layer.py`.
package enum BOFT: AdapterMethod {
  package static let key = "boft"
  package static let summary = "butterfly product of block rotations of the inputs"
  package static let peftTypes = ["BOFT"]

  static let rotations = "boft_R"
  static let factors = "boft_s"

  /// Pᵢ as a list: row r of it has its one in column `order[r]`.
  /// - Parameters:
  ///   - width: D·b.
  ///   - block: b, an even number if there are several factors.
  ///   - factor: i − 1.
  static func order(width: Int, block: Int, factor: Int) -> [Int] {
    let half = block / 2
    let pieces = 2 << factor
    let group = pieces * half
    let pieceOrder =
      Array(stride(from: 0, to: pieces, by: 2)) + Array(stride(from: 1, to: pieces, by: 2))
    return stride(from: 0, to: width, by: group).flatMap { start in
      pieceOrder.flatMap { piece in (0..<half).map { start + piece * half + $0 } }
    }
  }
}

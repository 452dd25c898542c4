package import LinearAlgebra

/// LoRA, and beside it the singular directions of the base that LoRA changed most for their size: after a number of
/// optimiser steps W₊ = W + s·BA + Σᵢ zᵢ uᵢ vᵢᵀ over the k directions with the largest change rates.
///
/// The change rate of direction i is δᵢ = |uᵢᵀ ΔW vᵢ| / σᵢ. Divided by σᵢ it favours the smallest singular values. PEFT has
/// no such adapter: a file is a plain LoRA of rank r + k, with A′ = [A; Vᵀ] and B′ = [B, U·diag(z)/s].
///
/// **Source:** Si, Yang, Shen, "Unleashing the power of task-specific directions in parameter efficient fine-tuning", 2024,
/// arXiv 2409.01035: 100 calls before the choice, k = 8. A second public version drops s·BA after the choice; this one
/// keeps it.
package enum LoRADash: AdapterMethod {
  package static let key = "lora-dash"
  package static let summary = "LoRA, and sizes of the base's directions that it changes most"
  package static let peftTypes: [String] = []

  /// The indices of z, U and Vᵀ among the parameters, after A and B.
  static let sizes = 2
  static let left = 3
  static let right = 4

  /// The directions with the largest change rates, the largest first; those before, of equal ones.
  /// - Parameters:
  ///   - update: ΔW.
  ///   - base: The triplets of W. Those whose singular value is rounding have no rate.
  ///   - count: How many; fewer if there are fewer.
  package static func directions(
    of update: Matrix, on base: SingularTriplets, count: Int
  ) -> [Int] {
    let images = base.left.transposed() * update
    let tolerance =
      (base.values.first ?? 0) * Double(max(update.rows, update.columns)) * .ulpOfOne
    let rates = base.values.indices.filter { base.values[$0] > tolerance }.map { index in
      let aligned = zip(images.row(index), base.right.row(index)).reduce(0) { $0 + $1.0 * $1.1 }
      return (index: index, rate: aligned.magnitude / base.values[index])
    }
    return rates.sorted { ($1.rate, $0.index) < ($0.rate, $1.index) }.prefix(count).map(\.index)
  }
}

import Foundation
import LinearAlgebra

/// Cosines and sines of rotary position embedding: angle = position · base^(−2i/D) for i < D/2.
///
/// **Source:** Su et al., "RoFormer: enhanced transformer with rotary position embedding", 2021,
/// arXiv 2104.09864, equation 34. The halves of a head are paired, as the weights of Llama and Qwen expect.
package struct RotaryTable<Element: KernelScalar> {
  package let positions: Int
  package let halfWidth: Int
  /// positions × D/2.
  let cosines: MatrixView<Element>
  let sines: MatrixView<Element>

  /// - Parameters:
  ///   - positions: The number of positions.
  ///   - headWidth: D, even.
  ///   - base: θ.
  ///   - factor: Positions are divided by it (linear scaling); 1 for no scaling.
  package init(positions: Int, headWidth: Int, base: Double, factor: Double = 1) {
    precondition(headWidth % 2 == 0, "rotary embedding pairs the numbers of a head")
    self.positions = positions
    halfWidth = headWidth / 2
    cosines = MatrixView(rows: positions, columns: halfWidth)
    sines = MatrixView(rows: positions, columns: halfWidth)
    for index in 0..<halfWidth {
      let frequency = pow(base, -2 * Double(index) / Double(headWidth)) / factor
      for position in 0..<positions {
        cosines[position, index] = Element(cos(Double(position) * frequency))
        sines[position, index] = Element(sin(Double(position) * frequency))
      }
    }
  }
}

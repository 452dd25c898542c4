import LinearAlgebra
import Updates

/// Whether a difference of two weights is a matrix of low rank and rounding: what an adapter leaves, and training of
/// whole weights does not.
///
/// The range of D is found by k random vectors (Halko, Martinsson, Tropp, "Finding structure with randomness", SIAM Review
/// 53, 2011), k a quarter of the short side and at most 128.
enum LowRankTest {
  /// - Parameters:
  ///   - shape: The weight; only its size and panels matter.
  ///   - rounding: The energy that rounding adds to D.
  ///   - difference: The entries of D in some rows.
  /// - Throws: What reading throws.
  /// - Complexity: two passes over D, O(rows · columns · k).
  static func holds(
    _ shape: StoredMatrix, rounding: Double,
    difference: (Range<Int>) throws -> [Double]
  ) throws -> Bool {
    let count = min(min(shape.rows, shape.columns) / 4, 128)
    guard count > 0 else { return false }
    func matrix(_ rows: Range<Int>) throws -> Matrix {
      Matrix(rows: rows.count, columns: shape.columns, values: try difference(rows))
    }
    var generator = SplitMix64(seed: 0)
    let vectors = generator.gaussianMatrix(rows: shape.columns, columns: count)
    var images: [Matrix] = []
    var energy = 0.0
    for panel in shape.panels {
      let part = try matrix(panel)
      images.append(part * vectors)
      energy += part.values.reduce(0) { $0 + $1 * $1 }
    }
    guard energy > 2 * rounding, energy.isFinite else { return false }
    let range = try QRFactors(of: .stackedRows(images)).q
    var inside = Matrix(rows: count, columns: shape.columns)
    for panel in shape.panels {
      inside = inside + Matrix.product(range.rowSlice(panel), .transposed, try matrix(panel))
    }
    let captured = inside.values.reduce(0) { $0 + $1 * $1 }
    return energy - captured <= 1.5 * rounding + 0.02 * energy
  }
}

import LinearAlgebra

extension CrossGrams {
  /// ‖ΔW vⱼ‖² on the right and ‖uⱼᵀ ΔW‖² on the left, for each known direction of the base.
  func energies(in geometry: BaseGeometry) -> Sides<[Double]> {
    Sides(
      short: Self.quadraticForms(updateByUpdate, geometry.shortBasis),
      long: Self.rowEnergies(longByUpdate), shape: geometry.shape)
  }

  /// ‖U_Kᵀ ΔW V_K‖_F².
  func headEnergy(in geometry: BaseGeometry, count: Int) -> Double {
    let head = geometry.shortBasis.rowSlice(0..<count)
    return Self.rowEnergies(
      Matrix.product(longByUpdate.rowSlice(0..<count), .asStored, head, .transposed)
    ).reduce(0, +)
  }

  /// ⟨ΔW, W⟩, the trace of DᵀX.
  var innerProduct: Double {
    (0..<updateByBase.rows).reduce(0) { $0 + updateByBase[$1, $1] }
  }

  /// xᵀ G x for each row x of a matrix.
  private static func quadraticForms(_ gram: Matrix, _ rows: Matrix) -> [Double] {
    let products = rows * gram
    return (0..<rows.rows).map { row in
      zip(products.row(row), rows.row(row)).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  /// The squared norm of each row.
  private static func rowEnergies(_ matrix: Matrix) -> [Double] {
    (0..<matrix.rows).map { row in matrix.row(row).reduce(0) { $0 + $1 * $1 } }
  }
}

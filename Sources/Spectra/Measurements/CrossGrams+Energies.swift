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

  /// uᵢᵀ ΔW vᵢ for each known direction of the base, the diagonal of LᵀD Sᵀ.
  func alignedChanges(in geometry: BaseGeometry) -> [Double] {
    (0..<longByUpdate.rows).map { index in
      zip(longByUpdate.row(index), geometry.shortBasis.row(index)).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  /// The squared norm of each row of ΔW on the left and of each column on the right; those of the long side only if they
  /// were measured.
  func lineEnergies(of shape: OrientedShape) -> Sides<[Double]> {
    Sides(
      short: (0..<updateByUpdate.rows).map { updateByUpdate[$0, $0] }, long: longEnergies,
      shape: shape)
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

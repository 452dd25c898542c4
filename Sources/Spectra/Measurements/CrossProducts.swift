import LinearAlgebra

/// The products of one update with itself and with its base, from which the metrics of spectra and directions are
/// computed. None has the length of the long side, so these metrics need no long matrix.
///
/// X is the base and D the update, both with the long side as rows; S and L hold the singular vectors of the base, of
/// the short and of the long side, as far as they are known.
protocol CrossProducts: Sendable {
  /// The update's singular values and how they were obtained.
  var values: [Double] { get }
  var route: Numerics.Route { get }
  /// ⟨ΔW, W⟩.
  var innerProduct: Double { get }
  /// ‖ΔW vⱼ‖² on the right and ‖uⱼᵀ ΔW‖² on the left, for each known direction of the base.
  func energies(in geometry: BaseGeometry) -> Sides<[Double]>
  /// ‖U_Kᵀ ΔW V_K‖_F².
  func headEnergy(in geometry: BaseGeometry, count: Int) -> Double
  /// uᵢᵀ ΔW vᵢ for each known direction of the base, the diagonal of LᵀD Sᵀ.
  func alignedChanges(in geometry: BaseGeometry) -> [Double]
  /// The squared norm of each row of ΔW on the left and of each column on the right; those of the long side only if they
  /// were measured.
  func lineEnergies(of shape: OrientedShape) -> Sides<[Double]>
  /// LᵀD xᵀ for each row x, as columns; one row for each known direction.
  func longImages(of rows: Matrix) -> Matrix
  /// XᵀX ← (X + D)ᵀ(X + D).
  func adapt(_ gram: inout TurnedGram)
}

extension UpdateForm {
  /// What this update needs of the base's basis.
  var need: BasisNeed {
    if case .factored = form { .coordinates } else { .everyVector }
  }

  /// Measures an update against its base; nil if it is zero.
  /// - Parameter measuringLong: Whether the norms of the vectors of the long side are wanted.
  /// - Throws: ``SpectraError/notFinite(count:)``, a LAPACK failure, or what reading throws.
  func crossProducts(
    with reference: some ReferenceWeight, measuringLong: Bool = false
  ) throws -> (any CrossProducts)? {
    let products: (any CrossProducts)?
    switch form {
    case .zero: products = nil
    case .factored(let long, let short):
      let nonFinite = countNonFinite(long.values) + countNonFinite(short.values)
      if nonFinite > 0 { throw SpectraError.notFinite(count: nonFinite) }
      if long.values.allSatisfy({ $0 == 0 }) || short.values.allSatisfy({ $0 == 0 }) { return nil }
      products = try FactoredProducts(
        long: long, short: short, base: reference.panels, geometry: reference.geometry(for: need),
        measuringLong: measuringLong)
    case .streamed(let panels):
      products = try StreamedProducts(
        streaming: panels, against: reference, measuringLong: measuringLong)
    }
    // The factors of a product may cancel exactly.
    return products?.values.first ?? 0 == 0 ? nil : products
  }
}

extension Matrix {
  /// The squared norm of each row.
  var rowEnergies: [Double] { (0..<rows).map { row($0).reduce(0) { $0 + $1 * $1 } } }

  /// The squared norm of each column.
  var columnEnergies: [Double] {
    var energies = [Double](repeating: 0, count: columns)
    for row in 0..<rows {
      for column in 0..<columns { energies[column] += self[row, column] * self[row, column] }
    }
    return energies
  }
}

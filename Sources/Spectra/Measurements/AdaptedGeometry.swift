import LinearAlgebra

/// The spectrum of base + update and where its leading singular vectors lie in the base's basis.
struct AdaptedGeometry: Sendable {
  /// All p singular values of W + ΔW, largest first.
  let values: [Double]
  let route: Numerics.Route
  /// Products of the base's singular vectors (rows, all p) with the leading ones of W + ΔW
  /// (columns), on each side.
  let products: Sides<Matrix>

  /// Decomposes base + update.
  ///
  /// (X+D)ᵀ(X+D) = XᵀX + DᵀX + XᵀD + DᵀD needs no long matrix. Where it is too inaccurate, R of X + D = QR is decomposed.
  /// The products of long vectors need none either: L₊ = (X+D) S₊ᵀ Σ₊⁻¹ gives LᵀL₊ = (Σ S + LᵀD) S₊ᵀ Σ₊⁻¹.
  /// - Parameters:
  ///   - leading: How many singular vectors of W + ΔW are compared.
  ///   - adapted: W + ΔW.
  /// - Complexity: O(p³), and O(long · p²) where the Gram products do not suffice.
  init(
    geometry: BaseGeometry, grams: CrossGrams, leading: Int, adapted: some PanelSource
  ) throws {
    let vectors: Matrix
    if let known = try Self.gramSpectrum(geometry, grams, leading: leading) {
      (values, vectors) = known
      route = .gram
    } else {
      let triplets = try SingularTriplets(of: adapted.triangularFactor())
      (values, vectors) = (triplets.values, triplets.leading(leading).right)
      route = .gesdd
    }
    products = Sides(
      short: Matrix.product(geometry.shortBasis, .asStored, vectors, .transposed),
      long: try Self.longProducts(geometry, grams, vectors, values), shape: geometry.shape)
  }

  /// The singular values of W + ΔW and its leading short vectors, from Gram products; nil if those are too inaccurate,
  /// for W or for W + ΔW.
  private static func gramSpectrum(
    _ geometry: BaseGeometry, _ grams: CrossGrams, leading: Int
  ) throws -> (values: [Double], vectors: Matrix)? {
    guard geometry.triangleBasis == nil else { return nil }
    var gram = geometry.gram()
    gram.values.addSums(
      grams.updateByBase.values, grams.updateByBase.transposed().values,
      grams.updateByUpdate.values)
    let eigen = try SymmetricEigen(of: gram, vectors: .leading(leading))
    return BaseGeometry.needsFullDecomposition(eigen.values)
      ? nil : (eigen.values.map { max($0, 0).squareRoot() }, eigen.vectors)
  }

  private static func longProducts(
    _ geometry: BaseGeometry, _ grams: CrossGrams, _ vectors: Matrix, _ values: [Double]
  ) throws -> Matrix {
    let products = Matrix.product(
      geometry.scaledBasis + grams.longByUpdate, .asStored, vectors, .transposed)
    // A null direction of W + ΔW has no long vector, so it matches nothing.
    return products.scalingColumns(
      by: values[..<products.columns].map { $0 > 0 ? 1 / $0 : 0 })
  }
}

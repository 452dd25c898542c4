import LinearAlgebra

/// The spectrum of base + update and where its leading singular vectors lie in the base's basis.
struct AdaptedGeometry: Sendable {
  /// All p singular values of W + ΔW, largest first.
  let values: [Double]
  let route: Numerics.Route
  /// Products of the base's singular vectors (rows, all p) with the leading ones of W + ΔW
  /// (columns), on each side.
  let products: Sides<Matrix>

  /// Decomposes base + update from their Gram products.
  ///
  /// (X+D)ᵀ(X+D) = XᵀX + DᵀX + XᵀD + DᵀD needs no long matrix. Neither do the products of long vectors:
  /// L₊ = (X+D) S₊ᵀ Σ₊⁻¹ gives LᵀL₊ = (Σ S + LᵀD) S₊ᵀ Σ₊⁻¹.
  /// - Parameter leading: How many singular vectors of W + ΔW are compared.
  /// - Complexity: O(p³).
  init(
    geometry: BaseGeometry, grams: CrossGrams, leading: Int,
    dense: () throws -> Matrix
  ) throws {
    var gram = geometry.gram()
    gram.values.addSums(
      grams.updateByBase.values, grams.updateByBase.transposed().values,
      grams.updateByUpdate.values)
    let eigen = try SymmetricEigen(of: gram, vectors: .leading(leading))
    let shape = geometry.shape
    if BaseGeometry.needsFullDecomposition(eigen.values) || geometry.longBasis != nil {
      let triplets = try SingularTriplets(of: dense())
      let head = triplets.leading(leading)
      values = triplets.values
      route = .gesdd
      products = Sides(
        short: Matrix.product(geometry.shortBasis, .asStored, head.right, .transposed),
        long: try Self.longProducts(geometry, grams, head.right, head.values), shape: shape)
    } else {
      values = eigen.values.map { max($0, 0).squareRoot() }
      route = .gram
      products = Sides(
        short: Matrix.product(geometry.shortBasis, .asStored, eigen.vectors, .transposed),
        long: try Self.longProducts(geometry, grams, eigen.vectors, values), shape: shape)
    }
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

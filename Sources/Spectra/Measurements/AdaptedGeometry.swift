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
  /// The products of long vectors need none either: L₊ = (X+D) S₊ᵀ Σ₊⁻¹ gives LᵀL₊ = (Σ S S₊ᵀ + LᵀD S₊ᵀ) Σ₊⁻¹.
  /// - Parameters:
  ///   - leading: How many singular vectors of W + ΔW are compared.
  ///   - adapted: W + ΔW.
  /// - Complexity: O(p³), and O(long · p²) where the Gram products do not suffice.
  init(
    geometry: BaseGeometry, products: some CrossProducts, leading: Int, adapted: AdaptedPanels
  ) throws {
    let vectors: Matrix
    if let known = try Self.gramSpectrum(geometry, products, leading: leading, adapted) {
      (values, vectors, route) = known
    } else {
      let triplets = try SingularTriplets(of: adapted.triangularFactor())
      (values, vectors) = (triplets.values, triplets.leading(leading).right)
      route = .gesdd
    }
    let short = geometry.basis.coordinates(of: vectors).transposed()
    let long = short.scalingRows(by: geometry.values) + products.longImages(of: vectors)
    // A null direction of W + ΔW has no long vector, so it matches nothing.
    self.products = Sides(
      short: short,
      long: long.scalingColumns(by: values[..<long.columns].map { $0 > 0 ? 1 / $0 : 0 }),
      shape: geometry.shape)
  }

  /// The singular values of W + ΔW and its leading short vectors, from Gram products, the smallest values from W + ΔW if
  /// those are too inaccurate. Nil if that would be too inaccurate too, or if W has no Gram matrix that could be used.
  private static func gramSpectrum(
    _ geometry: BaseGeometry, _ products: some CrossProducts, leading: Int,
    _ adapted: AdaptedPanels
  ) throws -> (values: [Double], vectors: Matrix, route: Numerics.Route)? {
    guard var gram = try geometry.turnedGram(of: adapted.base) else { return nil }
    products.adapt(&gram)
    let eigen = try gram.eigen(leading: leading)
    // Where ΔW takes away what is large in W, the rounding of both is left.
    let largest = max(geometry.values.first ?? 0, products.values.first ?? 0)
    let scale = max(largest * largest, eigen.values.first ?? 0)
    return try adapted.singularValues(
      squares: eigen.values, scale: scale, vectors: eigen.trailingVectors
    ).map { ($0.values, eigen.vectors, $0.route) }
  }
}

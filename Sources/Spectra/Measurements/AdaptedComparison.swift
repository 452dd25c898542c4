import LinearAlgebra

/// How W + ΔW compares with W: its spectrum, and where the leading singular directions went.
struct AdaptedComparison {
  let spectrum: Spectrum
  let route: Numerics.Route
  /// The angles between the K leading singular subspaces of both.
  let angles: Sides<PrincipalAngles>
  /// As ``ChangeMeasurements/bestMatches``.
  let bestMatches: [Double]

  /// - Parameter topCount: K.
  /// - Complexity: O(p³).
  init(
    _ form: UpdateForm, of reference: some ReferenceWeight, products: some CrossProducts,
    topCount: Int
  ) throws {
    let geometry = try reference.geometry(for: form.need)
    let shape = geometry.shape
    let window = ChangeMeasurements.intruderWindow
    let adapted = try AdaptedGeometry(
      geometry: geometry, products: products, leading: min(max(topCount, window), shape.short),
      adapted: AdaptedPanels(base: reference.panels, update: form.panels))
    spectrum = Spectrum(values: adapted.values, rows: shape.rows, columns: shape.columns)
    route = adapted.route
    angles = Sides(
      left: try Self.angles(adapted.products.left, topCount),
      right: try Self.angles(adapted.products.right, topCount))
    bestMatches = Self.largestMagnitudes(
      adapted.products.left, columns: min(window, shape.short))
  }

  private static func angles(_ products: Matrix, _ count: Int) throws -> PrincipalAngles {
    try PrincipalAngles(
      betweenBasesWithProducts: products.rowSlice(0..<count).columnSlice(0..<count))
  }

  private static func largestMagnitudes(_ products: Matrix, columns: Int) -> [Double] {
    (0..<columns).map { column in
      (0..<products.rows).reduce(0) { max($0, products[$1, column].magnitude) }
    }
  }
}

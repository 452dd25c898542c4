package import LinearAlgebra

/// A saved HRA. H₁ … H_r = I − L · Uᵀ, where U holds the unit vectors and column k of L is 2 H₁ … H_{k−1} u_k. So the
/// update −(W·L) · Uᵀ has the rank r and stays factored.
package struct SavedHRA: OutByInAdapter {
  package typealias Method = HRA
  package static let parameterNames = [HRA.vectors]

  package let settings: ModuleSettings
  package let resolved: ResolvedModule
  /// L, in × r.
  private let left: Matrix
  /// Uᵀ, r × in.
  private let right: Matrix

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = try ParameterReader(module: settings.module, filled: parameters)
    let vectors = try reader.matrix(HRA.vectors, rows: nil, columns: nil).transposed()
    let orthonormalizes = try settings.configuration.options.boolean("apply_GS") ?? false
    var (units, products): ([[Double]], [[Double]]) = ([], [])
    for index in 0..<vectors.rows {
      var vector = Array(vectors.row(index))
      let length = vector.dot(vector).squareRoot()
      if orthonormalizes {
        for unit in units { vector.add(unit, scale: -unit.dot(vector)) }
      }
      let rest = vector.dot(vector).squareRoot()
      // What rounding leaves of a vector that depends on the others has no direction.
      guard rest > (orthonormalizes ? 1e-12 * length : 0) else {
        throw .undefinedUpdate(
          module: settings.module,
          reason: rest == 0
            ? "column \(index) of '\(HRA.vectors)' is zero, which is divided by its norm"
            : "column \(index) of '\(HRA.vectors)' depends on those before it")
      }
      let unit = vector.map { $0 / rest }
      var product = unit.map { 2 * $0 }
      if !orthonormalizes {
        for (other, earlier) in zip(units, products) {
          product.add(earlier, scale: -2 * other.dot(unit))
        }
      }
      units.append(unit)
      products.append(product)
    }
    let size = vectors.columns
    right = Matrix(rows: units.count, columns: size, values: units.flatMap(\.self))
    left = Matrix(rows: units.count, columns: size, values: products.flatMap(\.self)).transposed()
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: units.count, alpha: nil, scale: 1)
  }

  /// Nil, because the parameters do not tell the number of outputs.
  package var outByInShape: MatrixShape? { nil }

  package func checkFit(_ base: MatrixShape) throws(AdapterError) {
    try require(MatrixShape(rows: base.rows, columns: right.columns), fits: base)
  }

  package func update(_ base: any BaseWeight) throws -> WeightUpdate {
    .product(-1 * (try base.matrix() * left), right)
  }
}

package import LinearAlgebra

/// A saved DEFT. The update has the rank r and stays factored.
package struct SavedDEFT: OutByInAdapter {
  package typealias Method = DEFT
  package static let parameterNames = [DEFT.projection, DEFT.injection]
  package static let factorNames = [DEFT.projection]

  package let settings: ModuleSettings
  package let resolved: ResolvedModule
  private let projection: Matrix
  /// R, not scaled; nil for PaRa.
  private let injection: Matrix?
  private let decomposition: DEFT.Decomposition

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = try ParameterReader(module: settings.module, filled: parameters)
    let options = settings.configuration.options
    projection = try reader.matrix(DEFT.projection, rows: nil, columns: nil)
    guard projection.columns <= projection.rows else {
      throw .parameterShape(
        module: settings.module, parameter: DEFT.projection,
        found: [projection.rows, projection.columns], expected: [nil, projection.rows])
    }
    let injection =
      try options.boolean("para") ?? false
      ? nil : try reader.matrix(DEFT.injection, rows: projection.columns, columns: nil)
    self.injection = injection
    decomposition =
      try options.choice(
        "decomposition_method", ["relu": DEFT.Decomposition.rectified, "qr": .orthonormal])
      ?? .rectified
    let saved = try options.double("alpha")
    let alpha = settings.configuration.alphaOverride ?? saved
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: projection.columns, alpha: alpha,
      // Without R nothing is scaled, and PEFT takes an alpha of 0 for none.
      scale: injection == nil || alpha ?? 0 == 0
        ? 1 : (alpha ?? 0) / Double(projection.columns))
  }

  package var outByInShape: MatrixShape? {
    injection.map { MatrixShape(rows: projection.rows, columns: $0.columns) }
  }

  package var needsBase: Bool { true }

  package func checkFit(_ base: MatrixShape) throws(AdapterError) {
    let columns = injection?.columns ?? base.columns
    try require(MatrixShape(rows: projection.rows, columns: columns), fits: base)
  }

  package func update(_ base: any BaseWeight) throws -> WeightUpdate {
    var (output, right) = (projection, projection)
    switch decomposition {
    case .rectified: right.values = right.values.map { max($0, 0) }
    case .orthonormal:
      output = try QRFactors(of: projection).q
      right = output
    }
    let removed = Matrix.product(right, .transposed, try base.matrix())
    return .product(output, injection.map { resolved.scale * $0 - removed } ?? -1 * removed)
  }
}

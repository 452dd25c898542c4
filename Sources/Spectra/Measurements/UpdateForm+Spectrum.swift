import LinearAlgebra

extension PanelSource {
  /// The singular values from the Gram matrix, the smallest from the matrix itself if that is too inaccurate, or all from R of
  /// X = QR.
  func singularValues(
    gram: Matrix
  ) throws -> (values: [Double], route: Numerics.Route) {
    let eigen = try SymmetricEigen(of: gram, vectors: .none)
    let squares = eigen.values
    // Squares of small numbers vanish.
    if squares.first == 0 { return try (triangularFactor().singularValues(), .gesdd) }
    return try singularValues(
      squares: squares, scale: squares.first ?? 0, vectors: eigen.trailingVectors)
      ?? (triangularFactor().singularValues(), .gesdd)
  }

  /// The singular values from the eigenvalues of the Gram matrix, the smallest from the matrix itself if those are too
  /// inaccurate; nil if that is too inaccurate too.
  /// - Parameters: As of `SmallSingularValues`.
  func singularValues(
    squares: [Double], scale: Double, vectors: (_ count: Int) throws -> Matrix
  ) throws -> (values: [Double], route: Numerics.Route)? {
    guard BaseGeometry.areTooInaccurate(squares, scale: scale) else {
      return (squares.squareRoots(refinedBy: nil), .gram)
    }
    return try SmallSingularValues(of: self, squares: squares, scale: scale, vectors: vectors)
      .map { (squares.squareRoots(refinedBy: $0), .refined) }
  }
}

extension UpdateForm {
  /// The update's singular values without its base, and how they were obtained; nil if it is zero.
  func spectrum() throws -> (values: Spectrum, route: Numerics.Route)? {
    let values: [Double]
    let route: Numerics.Route
    switch form {
    case .zero: return nil
    case .factored(let long, let short):
      let nonFinite = countNonFinite(long.values) + countNonFinite(short.values)
      if nonFinite > 0 { throw SpectraError.notFinite(count: nonFinite) }
      values = try (QRFactors(of: long).r * short).factoredSingularValues()
      route = .factors
    case .streamed(let panels):
      var gram = GramAccumulator(size: shape.short)
      var panel = [Double]()
      for range in shape.panels {
        try panels.read(range, into: &panel)
        let nonFinite = countNonFinite(panel)
        if nonFinite > 0 { throw SpectraError.notFinite(count: nonFinite) }
        gram.add(panel, layout: shape.layout, length: range.count)
      }
      (values, route) = try panels.singularValues(gram: gram.matrix())
    }
    guard let largest = values.first, largest > 0 else { return nil }
    let spectrum = Spectrum(values: values, rows: shape.rows, columns: shape.columns)
    if !spectrum.energy.isFinite { throw SpectraError.tooLarge }
    return (spectrum, route)
  }
}

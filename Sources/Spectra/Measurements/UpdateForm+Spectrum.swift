import LinearAlgebra

extension PanelSource {
  /// The singular values from the Gram matrix, the smallest from the matrix itself if that is too inaccurate, or all from R of
  /// X = QR.
  func singularValues(
    gram: Matrix
  ) throws -> (values: [Double], route: Numerics.Route) {
    let eigen = try SymmetricEigen(of: gram, vectors: .none)
    // Squares of small numbers vanish.
    if eigen.values.first != 0 {
      guard BaseGeometry.areTooInaccurate(eigen.values) else {
        return (eigen.values.squareRoots(refinedBy: nil), .gram)
      }
      if let smallest = try SmallSingularValues(
        of: self, squares: eigen.values, scale: eigen.values[0], vectors: eigen.trailingVectors)
      {
        return (eigen.values.squareRoots(refinedBy: smallest), .refined)
      }
    }
    return (try triangularFactor().singularValues(), .gesdd)
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

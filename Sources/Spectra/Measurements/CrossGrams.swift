import LinearAlgebra

/// The products of one update with itself and with its base, from which the metrics of spectra and directions
/// are computed. All have the size of the short side p, so these metrics need no long matrix.
///
/// X is the base and D the update, both with the long side as rows.
struct CrossGrams: Sendable {
  /// DᵀX, p×p; its transpose is XᵀD.
  let updateByBase: Matrix
  /// DᵀD, p×p.
  let updateByUpdate: Matrix
  /// LᵀD, p×p, where L holds the base's long singular vectors; one row for each vector that is known.
  let longByUpdate: Matrix
  /// The squared norm of each vector of D along the long side, if they were asked for; else empty.
  let longEnergies: [Double]
  /// The update's singular values and how they were obtained.
  let values: [Double]
  let route: Numerics.Route

  /// Measures an update in any form; nil if it is zero.
  /// - Parameter measuringLong: Whether ``longEnergies`` are wanted.
  /// - Throws: ``SpectraError/notFinite(count:)``, a LAPACK failure, or what reading throws.
  init?(
    of form: UpdateForm, against reference: some ReferenceWeight, measuringLong: Bool = false
  ) throws {
    switch form.form {
    case .zero:
      return nil
    case .factored(let long, let short):
      let nonFinite = countNonFinite(long.values) + countNonFinite(short.values)
      if nonFinite > 0 { throw SpectraError.notFinite(count: nonFinite) }
      if long.values.allSatisfy({ $0 == 0 }) || short.values.allSatisfy({ $0 == 0 }) { return nil }
      self = try CrossGrams(
        long: long, short: short, base: reference.panels, geometry: reference.geometry(),
        measuringLong: measuringLong)
    case .streamed(let panels):
      guard
        let measured = try CrossGrams(
          streaming: panels, against: reference, measuringLong: measuringLong)
      else { return nil }
      self = measured
    }
    // The factors of a product may cancel exactly.
    if (values.first ?? 0) == 0 { return nil }
  }

  /// Measures a factored update D = P Q.
  /// - Complexity: O(long · p · r + p² r).
  private init(
    long: Matrix, short: Matrix, base: some PanelSource, geometry: BaseGeometry,
    measuringLong: Bool
  ) throws {
    let p = geometry.shape.short
    let core = try QRFactors(of: long).r * short
    values = try core.factoredSingularValues()
    route = .factors
    updateByUpdate = core.gram()
    longEnergies = measuringLong ? long.energiesOfRows(times: short) : []

    if let triangleBasis = geometry.triangleBasis {
      var factors = PanelQR(size: p, width: long.columns)
      var panel = [Double]()
      for range in geometry.shape.squareThenPanels {
        try base.read(range, into: &panel)
        try factors.add(
          panel, geometry.shape.layout, with: long.rowSlice(range).values, .longMajor,
          length: range.count)
      }
      longByUpdate = try triangleBasis * factors.companionImage() * short
      updateByBase = geometry.updateByBase(longByUpdate)
    } else {
      var products = CrossAccumulator(rows: p, columns: long.columns)
      var panel = [Double]()
      for range in geometry.shape.panels {
        try base.read(range, into: &panel)
        products.add(
          panel, geometry.shape.layout, long.rowSlice(range).values, .longMajor,
          length: range.count)
      }
      updateByBase = Matrix.product(short, .transposed, products.matrix(), .transposed)
      longByUpdate = geometry.longByUpdate(updateByBase)
    }
  }

  /// Measures an update that is read in panels.
  /// - Complexity: O(long · p² + p³).
  private init?(
    streaming update: any PanelSource, against reference: some ReferenceWeight,
    measuringLong: Bool
  ) throws {
    let base = reference.panels
    let shape = base.shape
    var updateGram = GramAccumulator(size: shape.short)
    var cross = CrossAccumulator(rows: shape.short, columns: shape.short)
    var change = [Double]()
    var before = [Double]()
    var energies = [Double]()
    var nonFinite = 0
    var isZero = true
    for range in shape.panels {
      try base.read(range, into: &before)
      try update.read(range, into: &change, base: before)
      nonFinite += countNonFinite(change)
      guard nonFinite == 0 else { continue }
      if measuringLong { energies += change.energies(of: range.count, shape.layout) }
      if change.allSatisfy({ $0 == 0 }) { continue }
      isZero = false
      updateGram.add(change, layout: shape.layout, length: range.count)
      cross.add(change, shape.layout, before, shape.layout, length: range.count)
    }
    if nonFinite > 0 { throw SpectraError.notFinite(count: nonFinite) }
    if isZero { return nil }

    longEnergies = energies
    updateByUpdate = updateGram.matrix()
    (values, route) = try update.singularValues(gram: updateByUpdate)
    let geometry = try reference.geometry()
    if let triangleBasis = geometry.triangleBasis {
      var factors = PanelQR(size: shape.short, width: shape.short)
      for range in shape.squareThenPanels {
        try base.read(range, into: &before)
        try update.read(range, into: &change, base: before)
        try factors.add(before, shape.layout, with: change, shape.layout, length: range.count)
      }
      longByUpdate = try triangleBasis * factors.companionImage()
      updateByBase = geometry.updateByBase(longByUpdate)
    } else {
      updateByBase = cross.matrix()
      longByUpdate = geometry.longByUpdate(updateByBase)
    }
  }
}

extension [Double] {
  /// The squared norm of each vector of a panel.
  fileprivate func energies(of length: Int, _ layout: PanelLayout) -> [Double] {
    guard length > 0 else { return [] }
    let size = count / length
    switch layout {
    case .longMajor:
      return (0..<length).map { vector in
        self[vector * size..<(vector + 1) * size].reduce(0) { $0 + $1 * $1 }
      }
    case .shortMajor:
      var sums = [Double](repeating: 0, count: length)
      for row in 0..<size {
        for vector in 0..<length {
          sums[vector] += self[row * length + vector] * self[row * length + vector]
        }
      }
      return sums
    }
  }
}

extension Matrix {
  /// The squared norm of each row of this matrix times another one.
  fileprivate func energiesOfRows(times other: Matrix) -> [Double] {
    let images = self * .product(other, .asStored, other, .transposed)
    return (0..<rows).map { row in
      max(0, zip(images.row(row), self.row(row)).reduce(0) { $0 + $1.0 * $1.1 })
    }
  }
}

extension BaseGeometry {
  /// LᵀD = Σ⁻¹ S XᵀD, since L = X Sᵀ Σ⁻¹.
  fileprivate func longByUpdate(_ updateByBase: Matrix) -> Matrix {
    // A null direction has no long vector; the update is taken to have no part on it.
    let inverses = values.map { $0 > 1e-7 * values[0] ? 1 / $0 : 0 }
    return Matrix.product(shortBasis, .asStored, updateByBase, .transposed)
      .scalingRows(by: inverses)
  }

  /// DᵀX = (LᵀD)ᵀ Σ S, since X = L Σ S; only where LᵀD is known on all directions.
  fileprivate func updateByBase(_ longByUpdate: Matrix) -> Matrix {
    Matrix.product(longByUpdate, .transposed, scaledBasis, .asStored)
  }

  /// Σ S, p×p.
  var scaledBasis: Matrix { shortBasis.scalingRows(by: values) }
}

extension PanelSource {
  /// The singular values from the Gram matrix, or from R of X = QR if that is too inaccurate.
  fileprivate func singularValues(
    gram: Matrix
  ) throws -> (values: [Double], route: Numerics.Route) {
    let eigenvalues = try SymmetricEigen(of: gram, vectors: .none).values
    // Squares of small numbers vanish.
    return eigenvalues.first == 0 || BaseGeometry.needsFullDecomposition(eigenvalues)
      ? (try triangularFactor().singularValues(), .gesdd)
      : (eigenvalues.map { $0.squareRoot() }, .gram)
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

extension Matrix {
  /// The singular values of an r×p matrix with r ≤ p, through the QR of its transpose.
  fileprivate func factoredSingularValues() throws -> [Double] {
    rows < columns
      ? try QRFactors(of: transposed()).r.singularValues() : try singularValues()
  }
}

import LinearAlgebra

/// The products of an update of full rank, each p × p, summed in one pass over the panels of both matrices.
struct StreamedProducts: CrossProducts {
  let values: [Double]
  let route: Numerics.Route
  /// DᵀX, p×p; its transpose is XᵀD.
  private let updateByBase: Matrix
  /// DᵀD, p×p.
  private let updateByUpdate: Matrix
  /// LᵀD, p×p; one row for each vector that is known.
  private let longByUpdate: Matrix
  /// The squared norm of each vector of D along the long side, if they were asked for; else empty.
  private let longEnergies: [Double]

  /// Measures an update that is read in panels.
  /// - Complexity: O(long · p² + p³).
  init?(
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
    let geometry = try reference.geometry(for: .everyVector)
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

  func energies(in geometry: BaseGeometry) -> Sides<[Double]> {
    Sides(
      short: Self.quadraticForms(updateByUpdate, geometry.shortBasis),
      long: longByUpdate.rowEnergies, shape: geometry.shape)
  }

  func headEnergy(in geometry: BaseGeometry, count: Int) -> Double {
    let head = geometry.basis.head(count)
    return Matrix.product(longByUpdate.rowSlice(0..<count), .asStored, head, .transposed)
      .rowEnergies.reduce(0, +)
  }

  func alignedChanges(in geometry: BaseGeometry) -> [Double] {
    let basis = geometry.shortBasis
    return (0..<longByUpdate.rows).map { index in
      zip(longByUpdate.row(index), basis.row(index)).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  func lineEnergies(of shape: OrientedShape) -> Sides<[Double]> {
    Sides(
      short: (0..<updateByUpdate.rows).map { updateByUpdate[$0, $0] }, long: longEnergies,
      shape: shape)
  }

  func longImages(of rows: Matrix) -> Matrix {
    .product(longByUpdate, .asStored, rows, .transposed)
  }

  /// The sum of the same products: XᵀX + DᵀX + XᵀD + DᵀD.
  func adapt(_ gram: inout TurnedGram) {
    gram.addSum(updateByBase, symmetric: updateByUpdate)
  }

  /// The trace of DᵀX.
  var innerProduct: Double {
    (0..<updateByBase.rows).reduce(0) { $0 + updateByBase[$1, $1] }
  }

  /// xᵀ G x for each row x of a matrix.
  private static func quadraticForms(_ gram: Matrix, _ rows: Matrix) -> [Double] {
    let products = rows * gram
    return (0..<rows.rows).map { row in
      zip(products.row(row), rows.row(row)).reduce(0) { $0 + $1.0 * $1.1 }
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

extension BaseGeometry {
  /// LᵀD = Σ⁻¹ S XᵀD, since L = X Sᵀ Σ⁻¹.
  fileprivate func longByUpdate(_ updateByBase: Matrix) -> Matrix {
    Matrix.product(shortBasis, .asStored, updateByBase, .transposed)
      .scalingRows(by: inverseValues)
  }

  /// DᵀX = (LᵀD)ᵀ Σ S, since X = L Σ S; only where LᵀD is known on all directions.
  fileprivate func updateByBase(_ longByUpdate: Matrix) -> Matrix {
    Matrix.product(longByUpdate, .transposed, shortBasis.scalingRows(by: values), .asStored)
  }
}

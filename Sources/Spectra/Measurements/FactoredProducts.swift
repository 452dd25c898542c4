import LinearAlgebra

/// The products of an update of low rank, D = Q C with orthonormal columns in Q. No matrix of p × p is made.
struct FactoredProducts: CrossProducts {
  let values: [Double]
  var route: Numerics.Route { .factors }
  let innerProduct: Double
  /// C, r×p.
  private let core: Matrix
  /// C Sᵀ, r × known.
  private let coreCoordinates: Matrix
  /// LᵀQ, known × r.
  private let longCoordinates: Matrix
  /// QᵀX, r×p; empty if the base has no Gram matrix that could be adapted.
  private let baseImage: Matrix?
  /// The squared norm of each vector of D along the long side, if they were asked for; else empty.
  private let longEnergies: [Double]

  /// Measures D = P F.
  /// - Parameters:
  ///   - long: P, long × r.
  ///   - short: F, r×p.
  /// - Complexity: O(long · p · r + p² r), one reading of the base.
  init(
    long: Matrix, short: Matrix, base: some PanelSource, geometry: BaseGeometry, measuringLong: Bool
  ) throws {
    let factors = try QRFactors(of: long)
    core = factors.r * short
    values = try core.factoredSingularValues()
    longEnergies = measuringLong ? factors.q.rowEnergies(times: core) : []
    if let triangleBasis = geometry.triangleBasis {
      longCoordinates = try triangleBasis * Self.triangleImage(of: factors.q, base, geometry.shape)
      coreCoordinates = geometry.basis.coordinates(of: core)
      baseImage = nil
      // The inner product by its parts, σⱼ uⱼᵀ D sⱼ.
      let aligned = Self.aligned(longCoordinates, coreCoordinates)
      innerProduct = zip(aligned, geometry.values).reduce(0) { $0 + $1.0 * $1.1 }
    } else {
      let image = try Self.image(of: factors.q, base, geometry.shape)
      let coordinates = geometry.basis.coordinates(of: .stackedRows([core, image]))
      coreCoordinates = coordinates.rowSlice(0..<core.rows)
      // L = X Sᵀ Σ⁻¹, so LᵀQ = Σ⁻¹ S XᵀQ.
      longCoordinates = coordinates.rowSlice(core.rows..<coordinates.rows).transposed()
        .scalingRows(by: geometry.inverseValues)
      baseImage = image
      innerProduct = core.innerProduct(with: image)
    }
  }

  func energies(in geometry: BaseGeometry) -> Sides<[Double]> {
    Sides(
      short: coreCoordinates.columnEnergies, long: longCoordinates.rowEnergies(times: core),
      shape: geometry.shape)
  }

  func headEnergy(in geometry: BaseGeometry, count: Int) -> Double {
    let products =
      longCoordinates.rowSlice(0..<count) * coreCoordinates.columnSlice(0..<count)
    return products.rowEnergies.reduce(0, +)
  }

  func alignedChanges(in geometry: BaseGeometry) -> [Double] {
    Self.aligned(longCoordinates, coreCoordinates)
  }

  func lineEnergies(of shape: OrientedShape) -> Sides<[Double]> {
    Sides(short: core.columnEnergies, long: longEnergies, shape: shape)
  }

  func longImages(of rows: Matrix) -> Matrix {
    longCoordinates * .product(core, .asStored, rows, .transposed)
  }

  /// DᵀX + XᵀD + DᵀD = CᵀM + MᵀC with M = QᵀX + C/2.
  func adapt(_ gram: inout TurnedGram) {
    guard let baseImage else { preconditionFailure("this base has no Gram matrix to adapt") }
    gram.addSymmetricProduct(core, baseImage + 0.5 * core)
  }

  /// QᵀX, panel by panel.
  private static func image(
    of frame: Matrix, _ base: some PanelSource, _ shape: OrientedShape
  ) throws -> Matrix {
    var products = CrossAccumulator(rows: frame.columns, columns: shape.short)
    var panel = [Double]()
    for range in shape.panels {
      try base.read(range, into: &panel)
      products.add(
        frame.rowSlice(range).values, .longMajor, panel, shape.layout, length: range.count)
    }
    return products.matrix()
  }

  /// Tᵀ Q, where X = T R is the factorisation whose R was decomposed.
  private static func triangleImage(
    of frame: Matrix, _ base: some PanelSource, _ shape: OrientedShape
  ) throws -> Matrix {
    var factors = PanelQR(size: shape.short, width: frame.columns)
    var panel = [Double]()
    for range in shape.squareThenPanels {
      try base.read(range, into: &panel)
      try factors.add(
        panel, shape.layout, with: frame.rowSlice(range).values, .longMajor, length: range.count)
    }
    return try factors.companionImage()
  }

  private static func aligned(_ long: Matrix, _ short: Matrix) -> [Double] {
    var sums = [Double](repeating: 0, count: long.rows)
    for direction in 0..<long.rows {
      for index in 0..<long.columns {
        sums[direction] += long[direction, index] * short[index, direction]
      }
    }
    return sums
  }
}

extension Matrix {
  /// The squared norm of each row of this matrix times another one, xᵀ(CCᵀ)x.
  fileprivate func rowEnergies(times other: Matrix) -> [Double] {
    let images = self * .product(other, .asStored, other, .transposed)
    return (0..<rows).map { row in
      max(0, zip(images.row(row), self.row(row)).reduce(0) { $0 + $1.0 * $1.1 })
    }
  }

  /// The singular values of an r×p matrix with r ≤ p, through the QR of its transpose.
  func factoredSingularValues() throws -> [Double] {
    rows < columns
      ? try QRFactors(of: transposed()).r.singularValues() : try singularValues()
  }
}

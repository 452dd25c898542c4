public import LinearAlgebra

/// The singular basis of a base weight, with what comparisons against it need: computed once per
/// base, kept in the cache, used by every checkpoint.
///
/// Only the basis of the short side is stored, p×p. A vector of the long side is X sⱼ / σⱼ, where
/// X is the weight with its long side as rows; it is formed only where it is asked for.
public struct BaseGeometry: Sendable {
  public let shape: OrientedShape
  /// All p singular values, largest first.
  public let values: [Double]
  /// p×p; row j is the singular vector sⱼ of the short side.
  public let shortBasis: Matrix<Double>
  /// long×p, where the Gram matrix was too inaccurate and the decomposition was done in full.
  public let longBasis: Matrix<Double>?
  /// |w| of the ⌈0.3·count⌉-th smallest entry: the low-magnitude mask holds what is not above it.
  public let lowMagnitudeBound: Double
  /// K of the principal mask.
  public let maskRank: Int
  /// The entry of rank ⌈0.3·count⌉ in the reconstruction from K triplets, by absolute value from the
  /// top: the principal mask holds what is not below it.
  public let principalBound: Double

  /// XᵀX, where it is at hand: in the analysis that made the decomposition.
  private var gramMatrix: Matrix<Double>?

  /// The share of entries that each mask holds.
  public static let maskShare = 0.3

  public init(
    shape: OrientedShape, values: [Double], shortBasis: Matrix<Double>,
    longBasis: Matrix<Double>?, lowMagnitudeBound: Double, maskRank: Int, principalBound: Double
  ) {
    self.shape = shape
    self.values = values
    self.shortBasis = shortBasis
    self.longBasis = longBasis
    self.lowMagnitudeBound = lowMagnitudeBound
    self.maskRank = maskRank
    self.principalBound = principalBound
  }

  /// Decomposes a base weight.
  ///
  /// By the Gram matrix in Float64, whose eigenvalues σ² lose half the digits of the small values;
  /// where the smallest is below `1e-6` of the largest, by `gesdd` on the matrix itself.
  /// - Parameter topCount: K, the rank of the principal mask; at most p/2 is used.
  /// - Throws: ``SpectraError/notFinite(count:)``, a LAPACK failure, or what reading throws.
  /// - Complexity: O(long · p² + p³); memory 3 p² and a panel.
  public init(of source: some PanelSource, topCount: Int) throws {
    let shape = source.shape
    let gram = try Self.gram(of: source)
    let eigen = try SymmetricEigen(of: gram, vectors: .all)
    let maskRank = shape.principalCount(topCount)
    if Self.needsFullDecomposition(eigen.values) {
      let triplets = try SingularTriplets(of: source.longMatrix())
      let bounds = try Self.maskBounds(source, basis: triplets.right, rank: maskRank)
      self.init(
        shape: shape, values: triplets.values, shortBasis: triplets.right,
        longBasis: triplets.left, lowMagnitudeBound: bounds.low, maskRank: maskRank,
        principalBound: bounds.principal)
    } else {
      let bounds = try Self.maskBounds(source, basis: eigen.vectors, rank: maskRank)
      self.init(
        shape: shape, values: eigen.values.map { max($0, 0).squareRoot() },
        shortBasis: eigen.vectors, longBasis: nil, lowMagnitudeBound: bounds.low,
        maskRank: maskRank, principalBound: bounds.principal)
    }
    gramMatrix = gram
  }

  /// Which algorithm gave the values.
  public var route: Numerics.Route { longBasis == nil ? .gram : .gesdd }

  /// XᵀX, put together again from the decomposition where it is not at hand.
  /// - Complexity: O(p³), one product.
  func gram() -> Matrix<Double> {
    if let gramMatrix { return gramMatrix }
    var scaled = shortBasis
    for row in 0..<scaled.rows {
      let square = values[row] * values[row]
      for column in 0..<scaled.columns { scaled[row, column] *= square }
    }
    return Matrix.product(shortBasis, .transposed, scaled, .asStored)
  }

  /// Whether the eigenvalues of a Gram matrix reach so far down that their square roots are noise:
  /// a value of 1e-6 of the largest has a relative error of about 1e-16 / 1e-12.
  static func needsFullDecomposition(_ eigenvalues: [Double]) -> Bool {
    guard let largest = eigenvalues.first, let smallest = eigenvalues.last, largest > 0 else {
      return false
    }
    return smallest < 1e-12 * largest
  }

  private static func gram(of source: some PanelSource) throws -> Matrix<Double> {
    var accumulator = GramAccumulator<Double>(size: source.shape.short)
    var panel = [Double]()
    var nonFinite = 0
    for range in source.shape.panels {
      try source.read(range, into: &panel)
      nonFinite += countNonFinite(panel)
      if nonFinite == 0 {
        accumulator.add(panel, layout: source.shape.layout, length: range.count)
      }
    }
    if nonFinite > 0 { throw SpectraError.notFinite(count: nonFinite) }
    return accumulator.matrix()
  }

  private static func maskBounds(
    _ source: some PanelSource, basis: Matrix<Double>, rank: Int
  ) throws -> (low: Double, principal: Double) {
    let held = Int((maskShare * Double(source.shape.count)).rounded(.up))
    let head = basis.rowSlice(0..<rank)
    var low = MagnitudeSelection(smallest: held)
    // From the top: as many entries are not below the bound.
    var principal = MagnitudeSelection(smallest: source.shape.count - held + 1)
    var panel = [Double]()
    for range in source.shape.panels {
      try source.read(range, into: &panel)
      low.count(panel)
      principal.count(reconstruction(panel, range.count, shape: source.shape, head: head))
    }
    low.narrow()
    principal.narrow()
    for range in source.shape.panels {
      try source.read(range, into: &panel)
      low.gather(panel)
      principal.gather(reconstruction(panel, range.count, shape: source.shape, head: head))
    }
    return (low.value(), principal.value())
  }

  /// A panel of the reconstruction from the head triplets: X Sᵀ S, row by row.
  static func reconstruction(
    _ panel: [Double], _ length: Int, shape: OrientedShape, head: Matrix<Double>
  ) -> [Double] {
    if shape.isTall {
      let stored = Matrix(rows: length, columns: shape.short, values: panel)
      return (Matrix.product(stored, .asStored, head, .transposed) * head).values
    }
    let stored = Matrix(rows: shape.short, columns: length, values: panel)
    return Matrix.product(head, .transposed, head * stored, .asStored).values
  }
}

extension OrientedShape {
  /// K for this matrix: as asked, but at most half its singular directions and at least one.
  public func principalCount(_ wanted: Int) -> Int { max(1, min(wanted, short / 2)) }
}

public import LinearAlgebra

/// The singular basis of a base weight, and what comparisons with the base need. It is computed once per
/// base, kept in the cache, and used for every checkpoint.
///
/// Only the basis of the short side is stored, p×p. A vector of the long side is X sⱼ / σⱼ, where X is the
/// weight with its long side as rows; it is computed only when needed. For small σⱼ that is inaccurate, and they and their
/// sⱼ are found from X itself (`SmallSingularValues`). Where R of X = QR had to be decomposed, it is Q uⱼ with a singular
/// vector uⱼ of R.
public struct BaseGeometry: Sendable {
  public let shape: OrientedShape
  /// All p singular values, largest first; if only the head was computed, the leading ones.
  public let values: [Double]
  /// ‖X‖_F².
  public let energy: Double
  /// The singular vectors of the short side, one for each of `values`.
  let basis: ShortBasis
  /// One row uⱼ for each of `values`: the left singular vectors of R of X = QR, p×p, if the Gram matrix was too
  /// inaccurate and R was decomposed; nil otherwise. Those of null directions are one of many possible completions.
  package let triangleBasis: Matrix?
  /// The bounds of the masks of the entry metrics; computed only if those metrics are wanted.
  package private(set) var masks: MaskBounds?
  /// XᵀX, if it is needed for W + ΔW, accurate enough and not at hand as a band.
  private var gram: Matrix?
  /// What replaced the smallest values of the Gram matrix, if it was too inaccurate for them and the basis is not formed.
  package private(set) var smallest: SmallSingularValues?

  package init(
    shape: OrientedShape, values: [Double], shortBasis: Matrix,
    triangleBasis: Matrix?, energy: Double? = nil, masks: MaskBounds? = nil
  ) {
    self.init(
      shape: shape, values: values, basis: ShortBasis(shortBasis), triangleBasis: triangleBasis,
      energy: energy, masks: masks)
  }

  private init(
    shape: OrientedShape, values: [Double], basis: ShortBasis, triangleBasis: Matrix? = nil,
    energy: Double? = nil, masks: MaskBounds? = nil, gram: Matrix? = nil
  ) {
    self.energy = energy ?? values.reduce(0) { $0 + $1 * $1 }
    self.shape = shape
    self.values = values
    self.basis = basis
    self.gram = gram
    self.triangleBasis = triangleBasis
    self.masks = masks
  }

  /// Decomposes a base weight.
  ///
  /// It uses the Gram matrix in Float64. Its eigenvalues σ² lose half of the digits of small singular values.
  /// If the smallest value is below `1e-6` of the largest, the smallest eighth is found from the weight itself. Where that is
  /// not accurate enough either, the weight is reduced to R of X = QR, panel by panel, and `gesdd` decomposes R.
  ///
  /// Where only coordinates are needed and the Gram matrix is large, it is reduced in two stages, and the singular
  /// vectors are not formed.
  /// - Parameters:
  ///   - source: The weight.
  ///   - need: What is taken from the basis.
  /// - Throws: ``SpectraError/notFinite(count:)``, a LAPACK failure, or what reading throws.
  /// - Complexity: O(long · p² + p³); memory 8 p² and three panels.
  public init(of source: some PanelSource, for need: BasisNeed = .everyVector) throws {
    try self.init(of: source, isReduced: Self.isReduced(source.shape, for: need))
  }

  /// The same, with the choice made.
  package init(of source: some PanelSource, isReduced: Bool) throws {
    let (squares, basis, gram) = try Self.eigen(of: source, isReduced: isReduced)
    // Squares of small numbers vanish.
    if try squares.first != 0 || source.isZero() {
      let smallest =
        Self.areTooInaccurate(squares)
        ? try SmallSingularValues(
          of: source, squares: squares, scale: squares[0], vectors: basis.tail) : nil
      if let known = BaseGeometry(source.shape, squares, basis, smallest) {
        self = known
        self.gram = gram
        return
      }
    }
    let triplets = try SingularTriplets(of: source.triangularFactor())
    self.init(
      shape: source.shape, values: triplets.values, shortBasis: triplets.right,
      triangleBasis: triplets.left.transposed())
  }

  /// Whether the basis is not formed for this need.
  package static func isReduced(_ shape: OrientedShape, for need: BasisNeed) -> Bool {
    need == .coordinates && shape.short >= TwoStageReduction.leastSize
  }

  /// The eigenvalues of XᵀX and its eigenvectors. If they are not formed, XᵀX is not kept beside its band.
  private static func eigen(
    of source: some PanelSource, isReduced: Bool
  ) throws -> (squares: [Double], basis: ShortBasis, gram: Matrix?) {
    let gram = try gram(of: source)
    if isReduced {
      let (squares, basis) = try eigen(of: BandReduction(of: gram))
      return (squares, basis, nil)
    }
    let eigen = try SymmetricEigen(of: gram, vectors: .all)
    return (eigen.values, ShortBasis(eigen.vectors), gram)
  }

  private static func eigen(
    of band: BandReduction
  ) throws -> (squares: [Double], basis: ShortBasis) {
    let reduction = try TwoStageReduction(of: band)
    let tridiagonal = try reduction.tridiagonalBasis()
    return (tridiagonal.values, ShortBasis(reduction, tridiagonal: tridiagonal))
  }

  /// The decomposition that a Gram matrix has; nil if it is too inaccurate and nothing is known better.
  private init?(
    _ shape: OrientedShape, _ squares: [Double], _ basis: ShortBasis,
    _ smallest: SmallSingularValues?, masks: MaskBounds? = nil
  ) {
    guard Self.areTooInaccurate(squares) == (smallest != nil) else { return nil }
    self.init(
      shape: shape, values: squares.squareRoots(refinedBy: smallest),
      basis: smallest.map { basis.turningLast(by: $0.turn) } ?? basis, masks: masks)
    if basis.band != nil { self.smallest = smallest }
  }

  /// The decomposition that a Gram matrix has which was reduced to a band; nil if that matrix is too inaccurate and nothing is
  /// known better.
  /// - Parameters:
  ///   - shape: Of the weight.
  ///   - band: The first stage of the reduction of its Gram matrix.
  ///   - smallest: What was found from the weight itself.
  ///   - masks: The bounds of the masks, if they are known.
  /// - Throws: A LAPACK failure.
  /// - Complexity: O(p²).
  package init?(
    shape: OrientedShape, band: BandReduction, smallest: SmallSingularValues? = nil,
    masks: MaskBounds? = nil
  ) throws {
    let (squares, basis) = try Self.eigen(of: band)
    self.init(shape, squares, basis, smallest, masks: masks)
  }

  /// Finds only the leading singular directions, by block Lanczos: for weights that are too wide for a full
  /// decomposition.
  /// - Parameters:
  ///   - source: The weight.
  ///   - count: How many directions; from p on all are found by a full decomposition.
  /// - Throws: As ``init(of:for:)``, and `LinearAlgebraError.residualTooLarge` if it does not converge.
  /// - Complexity: O(steps · long · p · count); one reading of the weight a step.
  public init(headOf source: some PanelSource, count: Int) throws {
    let shape = source.shape
    // All directions are no head, and Lanczos would take rounding for the smallest.
    if count >= shape.short {
      try self.init(of: source)
      return
    }
    var panel = [Double]()
    var energy = 0.0
    for range in shape.panels {
      try source.read(range, into: &panel)
      let nonFinite = countNonFinite(panel)
      if nonFinite > 0 { throw SpectraError.notFinite(count: nonFinite) }
      energy += panel.reduce(0) { $0 + $1 * $1 }
    }
    let lanczos = try BlockLanczos(size: shape.short, count: count) {
      try Self.gramProduct(of: $0, source)
    }
    self.init(
      shape: shape, values: lanczos.values.map { max($0, 0).squareRoot() },
      shortBasis: lanczos.vectors, triangleBasis: nil, energy: energy)
  }

  /// B XᵀX for a block B of rows, panel by panel.
  private static func gramProduct(
    of block: Matrix, _ source: some PanelSource
  ) throws -> Matrix {
    let shape = source.shape
    var result = CrossAccumulator(rows: block.rows, columns: shape.short)
    var panel = [Double]()
    for range in shape.panels {
      try source.read(range, into: &panel)
      let stored =
        shape.isTall
        ? Matrix(rows: range.count, columns: shape.short, values: panel)
        : Matrix(rows: shape.short, columns: range.count, values: panel)
      let image = Matrix.product(
        block, .asStored, stored, shape.isTall ? .transposed : .asStored)
      result.add(image.values, .shortMajor, panel, shape.layout, length: range.count)
    }
    return result.matrix()
  }

  /// Whether only the leading directions are known.
  public var isPartial: Bool { values.count < shape.short }

  /// The same decomposition with the bounds of the masks.
  /// - Parameters:
  ///   - source: The weight that was decomposed.
  ///   - topCount: K, the rank of the principal mask; at most p/2 is used.
  /// - Throws: ``SpectraError/changedBetweenReadings``; what reading throws.
  /// - Complexity: O(count · K), two readings of the weight, at most four.
  public func withMasks(of source: some PanelSource, topCount: Int) throws -> BaseGeometry {
    var result = self
    result.masks = try MaskBounds(
      of: source, head: basis.head(shape.principalCount(topCount)))
    return result
  }

  /// Which algorithm gave the values.
  public var route: Numerics.Route {
    if isPartial { return .lanczos }
    if triangleBasis != nil { return .gesdd }
    return areRefined ? .refined : .gram
  }

  /// Whether the smallest values lie where a Gram matrix is not believed.
  private var areRefined: Bool {
    guard let largest = values.first, let smallest = values.last else { return false }
    return smallest < 1e-6 * largest
  }

  /// The same decomposition with XᵀX, unless it is too inaccurate to be used, or without it.
  /// - Parameters:
  ///   - isKept: Whether it is needed.
  ///   - source: The weight that was decomposed. XᵀX is always the sum over its panels, so that results do not depend on
  ///     whether the decomposition was cached.
  /// - Complexity: O(long · p²) if it is needed and not there.
  package func keepingGram(_ isKept: Bool, of source: some PanelSource) throws -> BaseGeometry {
    var result = self
    if !isKept {
      result.gram = nil
    } else if gram == nil, band == nil, triangleBasis == nil, !isPartial {
      result.gram = try Self.gram(of: source)
    }
    return result
  }

  /// XᵀX as a band, if it was reduced to one and the singular vectors were not formed.
  package var band: BandReduction? { basis.band }

  /// XᵀX, to which an update can be added; nil if it is too inaccurate to be used.
  /// - Parameter source: The weight that was decomposed.
  func turnedGram(of source: some PanelSource) throws -> TurnedGram? {
    if let band { return TurnedGram(band) }
    return try keepingGram(true, of: source).gram.map(TurnedGram.init)
  }

  /// The singular vectors sⱼ of the short side, one a row for each of ``values``.
  /// - Complexity: O(p³) if they were not formed.
  public var shortBasis: Matrix { basis.whole }

  /// 1/σⱼ. A null direction has no long vector; an update is taken to have no part on it. Of what Lanczos found, a small value
  /// is not told from zero.
  var inverseValues: [Double] {
    let rounding = isPartial ? 1e-7 : 1e-12
    return values.map { $0 > rounding * values[0] ? 1 / $0 : 0 }
  }

  /// Whether a Gram matrix has eigenvalues so small that their square roots are noise: a singular value of
  /// 1e-6 of the largest has a relative error of about 1e-16 / 1e-12, and squares near the smallest numbers have few digits.
  /// - Parameters:
  ///   - eigenvalues: Largest first.
  ///   - scale: The largest eigenvalue of what the matrix was summed from, if that may be larger.
  static func areTooInaccurate(_ eigenvalues: [Double], scale: Double = 0) -> Bool {
    guard let largest = eigenvalues.first, let smallest = eigenvalues.last, largest > 0 else {
      return false
    }
    return smallest < 1e-12 * max(largest, scale) || largest < EuclideanNorm.smallestSquares
  }

  private static func gram(of source: some PanelSource) throws -> Matrix {
    var accumulator = GramAccumulator(size: source.shape.short)
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
}

extension PanelSource {
  /// Whether all entries are zero.
  fileprivate func isZero() throws -> Bool {
    var panel = [Double]()
    return try shape.panels.allSatisfy { range in
      try read(range, into: &panel)
      return panel.allSatisfy { $0 == 0 }
    }
  }
}

extension OrientedShape {
  /// K for this matrix: as asked, but at most half its singular directions and at least one; 0 for an
  /// empty matrix.
  public func principalCount(_ wanted: Int) -> Int {
    min(short, max(1, min(wanted, short / 2)))
  }
}

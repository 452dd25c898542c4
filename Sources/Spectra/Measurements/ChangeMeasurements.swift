public import LinearAlgebra

/// Everything that metrics of one weight update are computed from, measured once.
public struct ChangeMeasurements: Sendable {
  public let shape: OrientedShape
  /// K: how many principal directions shares and angles are taken over.
  public let topCount: Int
  /// The singular values of ΔW.
  public let update: Spectrum
  /// The singular values of W.
  public let base: Spectrum
  /// ‖ΔW vⱼ‖² on the right and ‖uⱼᵀ ΔW‖² on the left, for each known direction of the base.
  public let energies: Sides<[Double]>
  /// ‖U_Kᵀ ΔW V_K‖_F².
  public let twoSidedHeadEnergy: Double
  /// ⟨ΔW, W⟩.
  public let innerProduct: Double
  /// The singular values of W + ΔW, where they were asked for.
  public let adapted: Spectrum?
  /// The angles between the K leading singular subspaces of W and of W + ΔW.
  public let angles: Sides<PrincipalAngles>?
  /// For each of the first ten left singular vectors of W + ΔW, the largest absolute cosine to any
  /// left singular vector of W.
  public let bestMatches: [Double]
  /// What happens to the stored entries, where it was asked for.
  public let entries: EntryMeasurements?
  /// The eigenvalues of square windows of the update, where they were asked for.
  public let windowSpectra: [[Double]]
  /// How the spectra were computed.
  public let numerics: Numerics

  /// How many leading left singular vectors are looked at for intruders.
  public static let intruderWindow = 10

  /// What has to be measured beside the update's own spectrum and projection.
  public struct Wanted: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The spectrum of W + ΔW and its leading vectors: about as expensive as half a decomposition.
    public static let adapted = Wanted(rawValue: 1)
    /// A pass over the entries of both.
    public static let entries = Wanted(rawValue: 2)
    /// The spectra of square windows of the update.
    public static let windows = Wanted(rawValue: 4)
    public static let all: Wanted = [.adapted, .entries, .windows]
  }

  /// Measures an update against its base.
  /// - Parameters:
  ///   - base: The base weight's panels.
  ///   - form: The update, of the base's shape.
  ///   - topCount: K, the number of leading directions that are compared.
  ///   - wanted: What to measure beyond spectrum and projections.
  ///   - baseEpsilon: The distance from 1 to the next number in the base's storage type.
  ///   - rounding: Rounds values in place to the base's storage type.
  ///   - geometry: The base's decomposition; asked for only if the update is not zero.
  /// - Returns: Nothing if the update is zero.
  /// - Throws: ``SpectraError``, a LAPACK failure, or what reading throws.
  public init?(
    base: some PanelSource, update form: UpdateForm, topCount: Int, wanted: Wanted,
    baseEpsilon: Double, rounding: @Sendable (inout [Double]) -> Void,
    geometry: () throws -> BaseGeometry
  ) throws {
    let shape = base.shape
    let grams: CrossGrams
    let geometryOfBase: BaseGeometry
    switch form.form {
    case .zero:
      return nil
    case .factored(let long, let short):
      let nonFinite = countNonFinite(long.values) + countNonFinite(short.values)
      if nonFinite > 0 { throw SpectraError.notFinite(count: nonFinite) }
      if long.values.allSatisfy({ $0 == 0 }) || short.values.allSatisfy({ $0 == 0 }) { return nil }
      geometryOfBase = try geometry()
      grams = try CrossGrams(long: long, short: short, base: base, geometry: geometryOfBase)
    case .streamed(let panels):
      var found: BaseGeometry?
      let measured = try CrossGrams(streaming: panels, base: base) {
        let geometry = try geometry()
        found = geometry
        return geometry
      }
      guard let measured, let found else { return nil }
      grams = measured
      geometryOfBase = found
    }
    // A product of factors that cancel exactly.
    if (grams.values.first ?? 0) == 0 { return nil }

    let count = shape.principalCount(topCount)
    self.shape = shape
    self.topCount = count
    self.update = Spectrum(
      values: grams.values, rows: shape.rows, columns: shape.columns,
      noise: form.noise(besides: geometryOfBase.energy))
    self.base = Spectrum(
      values: geometryOfBase.values, rows: shape.rows, columns: shape.columns,
      energy: geometryOfBase.energy)
    energies = Sides(
      short: Self.quadraticForms(grams.updateByUpdate, geometryOfBase.shortBasis),
      long: Self.rowEnergies(grams.longByUpdate), shape: shape)
    let head = geometryOfBase.shortBasis.rowSlice(0..<count)
    twoSidedHeadEnergy = Self.rowEnergies(
      Matrix.product(grams.longByUpdate.rowSlice(0..<count), .asStored, head, .transposed)
    ).reduce(0, +)
    innerProduct = (0..<shape.short).reduce(0) { $0 + grams.updateByBase[$1, $1] }

    var numerics = Numerics(base: geometryOfBase.route, update: grams.route)
    if wanted.contains(.adapted), !geometryOfBase.isPartial {
      let leading = min(max(count, Self.intruderWindow), shape.short)
      let adapted = try AdaptedGeometry(geometry: geometryOfBase, grams: grams, leading: leading) {
        var sum = [Double]()
        try base.read(0..<shape.long, into: &sum)
        var change = [Double]()
        try form.panels.read(0..<shape.long, into: &change)
        for index in sum.indices { sum[index] += change[index] }
        let stored = Matrix(rows: shape.rows, columns: shape.columns, values: sum)
        return shape.isTall ? stored : stored.transposed()
      }
      numerics.adapted = adapted.route
      self.adapted = Spectrum(
        values: adapted.values, rows: shape.rows, columns: shape.columns)
      angles = Sides(
        left: try Self.angles(adapted.products.left, count),
        right: try Self.angles(adapted.products.right, count))
      bestMatches = Self.largestMagnitudes(
        adapted.products.left, columns: min(Self.intruderWindow, shape.short))
    } else {
      adapted = nil
      angles = nil
      bestMatches = []
    }
    if wanted.contains(.entries) {
      let masks =
        try geometryOfBase.masks
        ?? geometryOfBase.withMasks(of: base, topCount: topCount).masks
      entries = try masks.map { masks in
        try EntryMeasurements(
          base: base, update: form.panels, geometry: geometryOfBase, masks: masks,
          rounding: rounding)
      }
    } else {
      entries = nil
    }
    windowSpectra = wanted.contains(.windows) ? try WindowSpectra.measure(form.panels) : []
    self.numerics = numerics
  }

  /// xᵀ G x for each row x of a matrix.
  private static func quadraticForms(_ gram: Matrix, _ rows: Matrix) -> [Double] {
    let products = rows * gram
    return (0..<rows.rows).map { row in
      zip(products.row(row), rows.row(row)).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  /// The squared norm of each row.
  private static func rowEnergies(_ matrix: Matrix) -> [Double] {
    (0..<matrix.rows).map { row in matrix.row(row).reduce(0) { $0 + $1 * $1 } }
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

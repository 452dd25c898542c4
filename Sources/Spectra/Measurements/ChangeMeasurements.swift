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
  /// The singular values of W + ΔW, if they were asked for.
  public let adapted: Spectrum?
  /// The angles between the K leading singular subspaces of W and of W + ΔW.
  public let angles: Sides<PrincipalAngles>?
  /// For each of the first ten left singular vectors of W + ΔW, the largest absolute cosine to any
  /// left singular vector of W.
  public let bestMatches: [Double]
  /// What happens to the stored entries, if it was asked for.
  package let entries: EntryMeasurements?
  /// The eigenvalues of square windows of the update, if they were asked for.
  public let windowSpectra: [[Double]]
  /// How the update is spread over the heads of the weight, if it has heads.
  public let heads: HeadShares?
  /// uᵢᵀ ΔW vᵢ for each known direction of the base: what the update adds to σᵢ, to first order.
  package let alignedChanges: [Double]
  /// How the spectra were computed.
  public let numerics: Numerics

  /// How many leading left singular vectors are checked for intruders.
  public static let intruderWindow = 10

  /// What has to be measured in addition to the update's own spectrum and projection.
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
  ///   - form: The update, of the base's shape.
  ///   - reference: The base; it is decomposed only if the update is not zero.
  ///   - topCount: K, the number of leading directions that are compared.
  ///   - wanted: What to measure beyond spectrum and projections.
  ///   - heads: The heads of the weight, if it has some and their shares are wanted.
  /// - Returns: Nil if the update is zero.
  /// - Throws: ``SpectraError``, a LAPACK failure, or what reading throws.
  public init?(
    _ form: UpdateForm, of reference: some ReferenceWeight, topCount: Int, wanted: Wanted,
    heads: HeadBlocks? = nil
  ) throws {
    guard
      let products = try form.crossProducts(with: reference, measuringLong: heads != nil)
    else { return nil }
    let geometry = try reference.geometry(for: form.need)
    let shape = geometry.shape
    let count = shape.principalCount(topCount)
    self.shape = shape
    self.topCount = count
    update = Spectrum(
      values: products.values, rows: shape.rows, columns: shape.columns,
      noise: form.noise(besides: geometry.energy))
    base = Spectrum(
      values: geometry.values, rows: shape.rows, columns: shape.columns,
      energy: geometry.energy)
    // Everything below is a sum of products of these numbers.
    guard update.energy.isFinite, base.energy.isFinite, products.innerProduct.isFinite else {
      throw SpectraError.tooLarge
    }
    energies = products.energies(in: geometry)
    twoSidedHeadEnergy = products.headEnergy(in: geometry, count: count)
    innerProduct = products.innerProduct
    alignedChanges = products.alignedChanges(in: geometry)
    self.heads = heads.map { [update] blocks in
      HeadShares(
        of: blocks, energies: products.lineEnergies(of: shape)[blocks.side], update: update)
    }

    let comparison =
      try wanted.contains(.adapted) && !geometry.isPartial
      ? AdaptedComparison(form, of: reference, products: products, topCount: count) : nil
    adapted = comparison?.spectrum
    angles = comparison?.angles
    bestMatches = comparison?.bestMatches ?? []
    entries =
      try wanted.contains(.entries)
      ? EntryMeasurements(form, of: reference, topCount: topCount) : nil
    windowSpectra = wanted.contains(.windows) ? try WindowSpectra.measure(form.panels) : []
    numerics = Numerics(base: geometry.route, update: products.route, adapted: comparison?.route)
  }
}

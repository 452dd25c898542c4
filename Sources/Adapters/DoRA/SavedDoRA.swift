package import LinearAlgebra

/// A saved DoRA: ΔW = (m/‖V‖) · V − W.
///
/// ‖V‖ is the norm of the rows of a linear layer or convolution, of the columns of a weight stored in × out, and
/// of the columns (over the whole vocabulary) of an embedding. The update is dense and in general has full
/// rank. A nonzero start is subtracted in V, as in the update of LoRA.
package struct SavedDoRA: Adapter {
  package typealias Method = DoRA
  package static let parameterNames = LoRA.factors + [DoRA.magnitude]

  package let resolved: ResolvedModule
  private let factors: SavedFactors
  private let magnitudes: [Double]
  private let settings: ModuleSettings

  package static func describes(_ parameters: Set<String>, settings: ModuleSettings) -> Bool {
    parameters.contains(DoRA.magnitude)
  }

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let factors = try SavedFactors(reader, settings: settings)
    let magnitudes = try reader.tensor(DoRA.magnitude)
    guard magnitudes.values.count == factors.outputs else {
      throw .parameterShape(
        module: settings.module, parameter: DoRA.magnitude, found: magnitudes.shape,
        expected: [factors.outputs])
    }
    self.factors = factors
    self.magnitudes = magnitudes.values
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: factors.rank, alpha: settings.alpha,
      scale: factors.scale)
  }

  package var shape: MatrixShape? { factors.shape }

  package var needsBase: Bool { true }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    let weight = try base.matrix()
    let update = try factors.update(of: base, settings: settings)
      .dense(base: DenseBaseWeight(weight))
    let directions = weight + update
    let norms = factors.hasOutputsInColumns ? directions.columnNorms() : directions.rowNorms()
    if let index = norms.firstIndex(of: 0) {
      throw AdapterError.zeroNorm(module: settings.module, index: index)
    }
    let ratios = zip(magnitudes, norms).map { $0 / $1 }
    if update.values.allSatisfy({ $0 == 0 }),
      ratios.allSatisfy({ abs($0 - 1) <= magnitudeRounding })
    {
      return .zero(rows: weight.rows, columns: weight.columns)
    }
    let result =
      factors.hasOutputsInColumns
      ? directions.scalingColumns(by: ratios) : directions.scalingRows(by: ratios)
    return .dense(result - weight)
  }

  /// Eight unit roundoffs of Float32, in which training takes the norms of W, or a little more than one of the 16 bits that
  /// it rounded them to; two and a half where it took the norms of a rounded residual with a rounded start (1.62 was seen).
  /// Magnitudes this near to them beside factors that are at their start were not trained.
  private var magnitudeRounding: Double {
    let roundoff = StoredFraction(of: magnitudes)?.unitRoundoff ?? 0
    return max(0x1p-21, (settings.start == nil ? 1.25 : 2.5) * roundoff)
  }

  /// How far the magnitudes are from the norms of the base: max |mᵢ/‖Wᵢ‖ − 1|. Training starts at 0, so a short
  /// training of the right base gives a small value.
  package func magnitudeDeviation(of base: any BaseWeight) throws -> Double {
    try checkShape(of: base)
    let weight = try base.matrix()
    let norms = factors.hasOutputsInColumns ? weight.columnNorms() : weight.rowNorms()
    return zip(magnitudes, norms).map { abs($0 / $1 - 1) }.max() ?? 0
  }
}

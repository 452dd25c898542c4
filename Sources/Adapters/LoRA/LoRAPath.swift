import LinearAlgebra

/// The product s·BA beside a frozen weight, which the methods of LoRA's family share.
///
/// With gW = ∂L/∂W₊: gA = s·Bᵀ·gW and gB = s·gW·Aᵀ.
package struct LoRAPath: Sendable {
  package let module: AdaptedModule
  package let rank: Int
  /// s.
  package let scale: Double
  let start: any FactorStart.Type

  /// Checks rank, alpha and start.
  /// - Throws: ``AdapterError``.
  init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    try module.checkRank(options.rank)
    try module.checkAlpha(options.alpha)
    let start = try FactorStartRegistry.start(options.start)
    try start.check(rank: options.rank, module: module)
    self.module = module
    self.start = start
    rank = options.rank
    scale = options.scale
  }

  /// A and B.
  func parameters(trainsInput: Bool = true, outputRateFactor: Double = 1) -> [ParameterShape] {
    [
      ParameterShape(
        name: LoRA.inputFactor, rows: rank, columns: module.shape.columns, isTrained: trainsInput),
      ParameterShape(
        name: LoRA.outputFactor, rows: module.shape.rows, columns: rank,
        rateFactor: outputRateFactor),
    ]
  }

  /// The initial factors, and the frozen weight if it is not the base.
  func begin(
    base: Matrix, using generator: inout SplitMix64, calibration: Calibration?
  ) throws -> AdapterStart {
    try base.checkFinite()
    let pair = try start.init().factors(
      base: DenseBaseWeight(base), rank: rank, scale: scale, using: &generator,
      calibration: calibration)
    let factors = [pair.input, pair.output]
    return AdapterStart(
      parameters: factors, frozen: frozenWeight(base: base, initial: factors))
  }

  /// W − s·B₀A₀ if the start subtracts its product from the base, else nil.
  func frozenWeight(base: Matrix, initial: [Matrix]) -> Matrix? {
    start.leavesResidual ? base - scale * (initial[LoRA.output] * initial[LoRA.input]) : nil
  }

  /// W₊ ← W + s·BA.
  func adapt<Element>(
    _ effective: MatrixView<Element>, frozen: MatrixView<Element>,
    parameters: [MatrixView<Element>]
  ) {
    effective.copy(frozen)
    effective.multiply(
      parameters[LoRA.output], .asStored, parameters[LoRA.input], scale: Element(scale), keeping: 1)
  }

  /// Adds the gradients of A, if it is trained, and B.
  func addGradients<Element>(
    _ gradients: [MatrixView<Element>], output: MatrixView<Element>,
    parameters: [MatrixView<Element>], trainsInput: Bool
  ) {
    let scale = Element(scale)
    gradients[LoRA.output].multiply(
      output, .asStored, parameters[LoRA.input], .transposed, scale: scale, keeping: 1)
    guard trainsInput else { return }
    gradients[LoRA.input].multiply(
      parameters[LoRA.output], .transposed, output, .asStored, scale: scale, keeping: 1)
  }
}

extension AdaptedModule {
  /// Throws unless a rank is between 1 and the limit, which by default is the smaller dimension.
  func checkRank(_ rank: Int, limit: Int? = nil) throws(AdapterError) {
    let limit = limit ?? min(shape.rows, shape.columns)
    guard rank >= 1, rank <= limit else { throw .rank(module: name, rank: rank, limit: limit) }
  }

  func checkAlpha(_ alpha: Double) throws(AdapterError) {
    guard alpha > 0, alpha.isFinite else { throw .alpha(module: name, alpha: alpha) }
  }
}

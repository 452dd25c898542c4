package import LinearAlgebra

extension SavedLoRA: ReplayedAdapter {
  package static func mergeRecipe(
    parameters: [String: Tensor], settings: ModuleSettings, base: MatrixShape
  ) throws(AdapterError) -> MergeRecipe? {
    try MergedProduct(ofLoRA: parameters, settings: settings).map(MergeRecipe.product)
  }
}

extension SavedDoRA: ReplayedAdapter {
  package static func mergeRecipe(
    parameters: [String: Tensor], settings: ModuleSettings, base: MatrixShape
  ) throws(AdapterError) -> MergeRecipe? {
    guard let product = try MergedProduct(ofLoRA: parameters, settings: settings),
      let magnitudes = parameters[DoRA.magnitude]?.values
    else { return nil }
    let isEmbedding = parameters[LoRA.embeddingInputFactor] != nil
    return .magnitudes(
      magnitudes, product, ofColumns: isEmbedding || settings.layout == .inByOut)
  }
}

extension SavedAdaLoRA: ReplayedAdapter {
  /// B · (A ∘ E), times α, divided by r₀ + 10⁻⁵.
  package static func mergeRecipe(
    parameters: [String: Tensor], settings: ModuleSettings, base: MatrixShape
  ) throws(AdapterError) -> MergeRecipe? {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let down = try reader.matrix(AdaLoRA.inputFactor, rows: nil, columns: nil)
    let up = try reader.matrix(AdaLoRA.outputFactor, rows: nil, columns: down.rows)
    let gates = try reader.tensor(AdaLoRA.gate, shape: [down.rows, 1]).values
    let initialRank = settings.configuration.adaLoRA.initialRank
    let alpha = settings.alpha > 0 ? settings.alpha : Double(initialRank)
    let pair = FactorPair(
      input: down.scalingRows(by: gates).inSinglePrecision, output: up,
      transposed: settings.layout == .inByOut)
    // PEFT keeps r₀ as a number of single precision and adds to it.
    let divisor = Double(Float(initialRank) + 1e-5)
    return .product(
      MergedProduct(left: pair.output, right: pair.input, scale: alpha, divisor: divisor))
  }
}

extension SavedVeRA: ReplayedAdapter {
  /// (λ_b ∘ B) · (λ_d ∘ A).
  package static func mergeRecipe(
    parameters: [String: Tensor], settings: ModuleSettings, base: MatrixShape
  ) throws(AdapterError) -> MergeRecipe? {
    try SavedVeRA(parameters: parameters, settings: settings).vectors.mergeRecipe(of: base)
  }
}

extension SavedIA3: ReplayedAdapter {
  package static func mergeRecipe(
    parameters: [String: Tensor], settings: ModuleSettings, base: MatrixShape
  ) throws(AdapterError) -> MergeRecipe? {
    guard let factors = parameters[IA3.factor], factors.shape.count == 2 else { return nil }
    let adapter = try SavedIA3(parameters: parameters, settings: settings)
    return .scaling(factors.values, ofColumns: !adapter.scalesRows)
  }
}

extension SavedHiRA: ReplayedAdapter {
  package static func mergeRecipe(
    parameters: [String: Tensor], settings: ModuleSettings, base: MatrixShape
  ) throws(AdapterError) -> MergeRecipe? {
    guard parameters.values.allSatisfy({ $0.shape.count == 2 }) else { return nil }
    let adapter = try SavedHiRA(parameters: parameters, settings: settings)
    let isTurned = adapter.settings.layout == .inByOut
    let pair = FactorPair(
      input: adapter.pair.input, output: adapter.pair.output, transposed: isTurned)
    return .modulation(
      MergedProduct(left: pair.output, right: pair.input, scale: 1, isRounded: true))
  }
}

extension SavedTrainableTokens: ReplayedAdapter {
  package static func mergeRecipe(
    parameters: [String: Tensor], settings: ModuleSettings, base: MatrixShape
  ) -> MergeRecipe? { .substitution }
}

extension MergedProduct {
  /// The product of a linear layer or an embedding. Nil for what PEFT computes in another way (convolutions, experts,
  /// blocks), and for an adapter whose start was subtracted: PEFT adds that to a residual, not to the base.
  fileprivate init?(
    ofLoRA parameters: [String: Tensor], settings: ModuleSettings
  ) throws(AdapterError) {
    guard settings.start == nil, settings.expert == nil,
      settings.configuration.blockDiagonal == nil
    else { return nil }
    let isEmbedding = parameters[LoRA.embeddingInputFactor] != nil
    let names =
      isEmbedding
      ? (LoRA.embeddingInputFactor, LoRA.embeddingOutputFactor)
      : (LoRA.inputFactor, LoRA.outputFactor)
    guard parameters[names.0]?.shape.count == 2, parameters[names.1]?.shape.count == 2 else {
      return nil
    }
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let down = try reader.matrix(names.0, rows: nil, columns: nil)
    let up = try reader.matrix(names.1, rows: nil, columns: down.rows)
    let pair = FactorPair(
      input: down, output: up, transposed: isEmbedding || settings.layout == .inByOut)
    self.init(
      left: pair.output, right: pair.input, scale: try settings.scale(rank: down.rows),
      isRounded: isEmbedding)
  }
}

extension ProjectedVectors {
  /// As PEFT computes it.
  fileprivate func mergeRecipe(of base: MatrixShape) throws(AdapterError) -> MergeRecipe {
    try check(against: base)
    let inputs = settings.features(of: base).inputs
    let pair = FactorPair(
      input: down.columnSlice(0..<inputs).scalingRows(by: innerScales).inSinglePrecision,
      output: up.rowSlice(0..<outputScales.count).scalingRows(by: outputScales).inSinglePrecision,
      transposed: settings.isTransposed)
    return .product(MergedProduct(left: pair.output, right: pair.input, scale: 1))
  }
}

extension Matrix {
  /// Each entry rounded to Float32: of a product of two such numbers, which Float64 holds exactly, this is the product in
  /// single precision.
  fileprivate var inSinglePrecision: Matrix {
    Matrix(rows: rows, columns: columns, values: values.map { Double(Float($0)) })
  }
}

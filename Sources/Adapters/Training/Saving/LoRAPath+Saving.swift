import LinearAlgebra

/// Factors in a file that stock PEFT reads on the pretrained base.
///
/// A start that takes s·B₀A₀ out of the base is written as rank 2r: A′ = [A; A₀], B′ = [B, −B₀]. Then
/// s·B′A′ = s(BA − B₀A₀), and PEFT need not repeat the start.
///
/// **Source:** PEFT, conversion of PiSSA and OLoRA to LoRA.
extension LoRAPath {
  func tensors(
    _ shapes: [ParameterShape], of values: [Matrix], initial: [Matrix]
  ) -> [String: Tensor] {
    var result = SavedParameters.tensors(shapes, of: values)
    guard start.leavesResidual else { return result }
    let input = Matrix.stackedRows([values[0], initial[0]])
    let output = Matrix.stackedColumns([values[1], -1 * initial[1]])
    result[shapes[0].name] = Tensor(shape: [input.rows, input.columns], values: input.values)
    result[shapes[1].name] = Tensor(shape: [output.rows, output.columns], values: output.values)
    return result
  }

  func restore(
    _ tensors: [String: Tensor], _ shapes: [ParameterShape]
  ) throws(AdapterError) -> RestoredParameters {
    guard start.leavesResidual else {
      return RestoredParameters(
        parameters: try SavedParameters.matrices(shapes, from: tensors, module: module.name))
    }
    let doubled = [
      ParameterShape(name: shapes[0].name, rows: 2 * rank, columns: shapes[0].columns),
      ParameterShape(name: shapes[1].name, rows: shapes[1].rows, columns: 2 * rank),
    ]
    let rest = Array(shapes.dropFirst(2))
    let both = try SavedParameters.matrices(doubled + rest, from: tensors, module: module.name)
    let (first, second) = (0..<rank, rank..<2 * rank)
    let trained = [both[0].rowSlice(first), both[1].columnSlice(first)]
    let initial = [both[0].rowSlice(second), -1 * both[1].columnSlice(second)]
    return RestoredParameters(parameters: trained + both.dropFirst(2), initial: initial)
  }

  /// PEFT's words for the factors of these options.
  static func configuration(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> AdapterConfiguration {
    var configuration = AdapterConfiguration(peftType: "LORA", modules: modules)
    let start = try? FactorStartRegistry.start(options.start)
    let isDoubled = start?.leavesResidual ?? false
    configuration.rank = isDoubled ? 2 * options.rank : options.rank
    configuration.alpha =
      isDoubled
      ? (options.usesRankStabilization ? 2.0.squareRoot() : 2) * options.alpha : options.alpha
    configuration.usesRankStabilizedScaling = options.usesRankStabilization
    return configuration
  }
}

extension AdapterConfiguration {
  /// The configuration of an adapter on just these modules.
  init(peftType: String, modules: [AdaptedModule]) {
    self.init(peftType: peftType)
    targetModules = .names(modules.map(\.name))
  }
}

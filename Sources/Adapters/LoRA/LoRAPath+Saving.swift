import LinearAlgebra

/// Saves factors so that stock PEFT can load them on the pretrained base.
///
/// If the start subtracts s·B₀A₀ from the base, the factors are written with rank 2r: A′ = [A; A₀],
/// B′ = [B, −B₀]. Then s·B′A′ = s(BA − B₀A₀), and PEFT need not repeat the start.
///
/// **Source:** PEFT, conversion of PiSSA and OLoRA to LoRA.
extension LoRAPath {
  func tensors(
    _ shapes: [ParameterShape], of values: [Matrix], initial: [Matrix]
  ) -> [String: Tensor] {
    var result = SavedParameters.tensors(shapes, of: values)
    guard start.leavesResidual else { return result }
    let both = Self.pair(values).subtracting(Self.pair(initial))
    for (name, factor) in [(LoRA.inputFactor, both.input), (LoRA.outputFactor, both.output)] {
      result[name] = Tensor(shape: [factor.rows, factor.columns], values: factor.values)
    }
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
      ParameterShape(name: LoRA.inputFactor, rows: 2 * rank, columns: module.shape.columns),
      ParameterShape(name: LoRA.outputFactor, rows: module.shape.rows, columns: 2 * rank),
    ]
    let rest = shapes.dropFirst(doubled.count)
    let both = try SavedParameters.matrices(doubled + rest, from: tensors, module: module.name)
    let (first, second) = (0..<rank, rank..<2 * rank)
    let pair = Self.pair(both)
    let trained = [pair.input.rowSlice(first), pair.output.columnSlice(first)]
    let initial = [pair.input.rowSlice(second), -1 * pair.output.columnSlice(second)]
    return RestoredParameters(
      parameters: trained + both.dropFirst(doubled.count), initial: initial)
  }

  private static func pair(_ values: [Matrix]) -> FactorPair {
    FactorPair(input: values[LoRA.input], output: values[LoRA.output])
  }

  /// The PEFT configuration of the saved factors.
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

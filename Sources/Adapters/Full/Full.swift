/// Full fine-tuning: the weight and the bias are the parameters themselves.
///
/// A file holds them under the names of the base; PEFT has no such adapter.
package enum Full: AdapterMethod {
  package static let key = "full"
  package static let summary = "every weight and bias"
  package static let peftTypes: [String] = []
}

/// Trains the module's own tensors.
package struct TrainableFull: WholeTensors {
  package typealias Method = Full
  package static let targets = AdapterTargets.all
  package static let profile = MethodProfile(
    .outside, formula: "W trained", trained: "mn", cost: "none")
  package let module: AdaptedModule

  package init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    self.module = module
  }

  package var parameters: [ParameterShape] {
    let (rows, columns) = (module.shape.rows, module.shape.columns)
    let weight = ParameterShape(name: "weight", rows: rows, columns: columns)
    guard module.hasBias else { return [weight] }
    return [weight, ParameterShape(name: "bias", rows: 1, columns: rows, savedShape: [rows])]
  }

  package static func configuration(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> AdapterConfiguration? { nil }
}

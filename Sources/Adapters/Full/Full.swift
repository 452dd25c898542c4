/// Full fine-tuning: the weight and the bias are the parameters themselves.
///
/// A file holds them under the names of the base; PEFT has no such adapter.
public enum Full: AdapterMethod {
  public static let key = "full"
  public static let summary = "every weight and bias"
  public static let peftTypes: [String] = []
}

/// Trains the module's own tensors.
public struct TrainableFull: WholeTensors {
  public typealias Method = Full
  public static let targets = AdapterTargets.all
  public let module: AdaptedModule

  public init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    self.module = module
  }

  public var parameters: [ParameterShape] {
    let (rows, columns) = (module.shape.rows, module.shape.columns)
    let weight = ParameterShape(name: "weight", rows: rows, columns: columns)
    guard module.hasBias else { return [weight] }
    return [weight, ParameterShape(name: "bias", rows: 1, columns: rows, savedShape: [rows])]
  }

  public static func configuration(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> AdapterConfiguration? { nil }
}

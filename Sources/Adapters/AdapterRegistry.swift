public import LinearAlgebra

/// The methods whose weight update is known here.
public enum AdapterRegistry {
  /// Of two that read the same type, the one that asks for more stands first.
  public static let all: [any Adapter.Type] = [
    TrainableTokens.self, DoRA.self, TargetParameters.self, LoRA.self, AdaLoRA.self, VeRA.self,
    MiSS.self, IA3.self, LNTuning.self,
  ]

  /// Types of adapter that change no weight.
  static let typesWithoutUpdate: Set<String> = [
    "PROMPT_TUNING", "MULTITASK_PROMPT_TUNING", "P_TUNING", "PREFIX_TUNING", "CPT", "CARTRIDGE",
    "ADAPTION_PROMPT", "SHADOW",
  ]

  /// The values of `peft_type` that some method reads, sorted.
  public static var supportedTypes: [String] { Set(all.flatMap { $0.peftTypes }).sorted() }

  /// The methods that may occur in an adapter of one type, and whose options it uses.
  /// - Throws: ``AdapterError/unsupportedType(_:supported:)``,
  ///   ``AdapterError/noWeightUpdate(peftType:)``,
  ///   ``AdapterError/unsupportedVariant(_:peftType:)``.
  public static func methods(
    for configuration: AdapterConfiguration
  ) throws(AdapterError) -> [any Adapter.Type] {
    let type = configuration.peftType
    if typesWithoutUpdate.contains(type) { throw .noWeightUpdate(peftType: type) }
    let methods = all.filter { $0.peftTypes.contains(type) }
    if methods.isEmpty { throw .unsupportedType(type, supported: supportedTypes) }
    if let variant = configuration.unsupportedVariants.first {
      throw .unsupportedVariant(variant, peftType: type)
    }
    return methods
  }

  /// The method that a module with these tensors was trained by.
  /// - Throws: As ``methods(for:)``; ``AdapterError/unknownParameters(module:parameters:)``.
  public static func method(
    describing parameters: Set<String>, settings: ModuleSettings
  ) throws(AdapterError) -> any Adapter.Type {
    let methods = try methods(for: settings.configuration)
    guard let method = methods.first(where: { $0.describes(parameters, settings: settings) })
    else {
      throw .unknownParameters(module: settings.module, parameters: parameters.sorted())
    }
    return method
  }

  /// The adapter of one module, from its tensors and those that all modules share.
  public static func adapter(
    parameters: [String: Tensor], settings: ModuleSettings
  ) throws(AdapterError) -> any Adapter {
    let method = try method(describing: Set(parameters.keys), settings: settings)
    return try method.init(parameters: parameters, settings: settings)
  }
}

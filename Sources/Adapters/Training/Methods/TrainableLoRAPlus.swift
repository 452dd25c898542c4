/// LoRA+: LoRA whose B learns faster than its A, by ``AdapterOptions/outputRateFactor``.
///
/// **Source:** Hayou, Ghosh, Yu, "LoRA+: efficient low rank adaptation of large models", 2024,
/// arXiv 2402.12354, section 4.
public struct TrainableLoRAPlus: LoRAVariant {
  public static let key = "lora-plus"
  public static let summary = "LoRA whose output factor learns faster"
  public let path: LoRAPath
  private let rateFactor: Double

  public init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    path = try LoRAPath(module: module, options: options)
    rateFactor = options.outputRateFactor
  }

  public var parameters: [ParameterShape] { path.parameters(outputRateFactor: rateFactor) }
}

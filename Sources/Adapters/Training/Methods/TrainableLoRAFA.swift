/// LoRA-FA: LoRA whose A stays as it was drawn.
///
/// **Source:** Zhang et al., "LoRA-FA: memory-efficient low-rank adaptation for large language models
/// fine-tuning", 2023, arXiv 2308.03303, section 3.
public struct TrainableLoRAFA: LoRAVariant {
  public static let key = "lora-fa"
  public static let summary = "LoRA whose input factor is frozen"
  public static let trainsInput = false
  public let path: LoRAPath

  public init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    path = try LoRAPath(module: module, options: options)
  }
}

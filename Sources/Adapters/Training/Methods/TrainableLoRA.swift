/// LoRA: W₊ = W + (α/r)·BA. Rank 1 is the same with vectors.
///
/// **Source:** Hu et al., "LoRA: low-rank adaptation of large language models", 2021,
/// arXiv 2106.09685, equation 3.
public struct TrainableLoRA: LoRAVariant {
  public static let key = "lora"
  public static let summary = "product of two thin matrices, scaled by alpha/r"
  public let path: LoRAPath

  public init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    path = try LoRAPath(module: module, options: options)
  }
}

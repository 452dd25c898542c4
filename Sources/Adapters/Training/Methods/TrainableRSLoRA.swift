/// Rank-stabilised LoRA: W₊ = W + (α/√r)·BA, whatever the options say of the scale.
///
/// **Source:** Kalajdzievski, "A rank stabilization scaling factor for fine-tuning with LoRA", 2023,
/// arXiv 2312.03732, theorem 3.2.
public struct TrainableRSLoRA: LoRAVariant {
  public static let key = "rslora"
  public static let summary = "LoRA scaled by alpha/√r"
  public let path: LoRAPath

  public init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    path = try LoRAPath(module: module, options: Self.resolved(options))
  }

  public static func resolved(_ options: AdapterOptions) -> AdapterOptions {
    var options = options
    options.usesRankStabilization = true
    return options
  }
}

public import LinearAlgebra

/// Low-rank adaptation: ΔW = s(BA − B₀A₀), s = α/r or α/√r, where B₀A₀ is zero for most starts.
///
/// | tensors | shape | ΔW |
/// | --- | --- | --- |
/// | `lora_A.weight`, `lora_B.weight` | r × in, out × r | out × in, or in × out as the base |
/// | the same of a convolution | r × in × k…, out × r × 1… | out × (in · kernel) |
/// | `lora_embedding_A`, `lora_embedding_B` | r × V, D × r | V × D |
///
/// A bias of B adds s·b to the module's bias.
///
/// **Source:** Hu et al., "LoRA: low-rank adaptation of large language models", 2021,
/// arXiv 2106.09685, equation 3; α/√r: Kalajdzievski, 2023, arXiv 2312.03732.
public struct LoRA: Adapter {
  public static let method = "lora"
  public static let summary = "product of two thin matrices, scaled by alpha/r"
  public static let peftTypes = ["LORA"]
  public static let parameterNames = LoRAFactors.names + ["lora_B.bias"]

  public let resolved: ResolvedModule
  public let biasChange: BiasChange?
  private let factors: LoRAFactors
  private let settings: ModuleSettings

  public init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let factors = try LoRAFactors(reader, settings: settings)
    self.factors = factors
    self.settings = settings
    biasChange =
      parameters["lora_B.bias"] == nil
      ? nil
      : .addition(
        try reader.vector("lora_B.bias", count: factors.outputs).map { factors.scale * $0 })
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: factors.rank, alpha: settings.alpha,
      scale: factors.scale)
  }

  public var shape: MatrixShape? { factors.shape }

  public var needsBase: Bool { settings.start?.needsBase ?? false }

  public func check(against base: MatrixShape) throws(AdapterError) {
    if factors.shape != base {
      throw .baseShape(module: settings.module, update: factors.shape, base: base)
    }
    try settings.start?.check(settings)
  }

  public func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    return try factors.update(of: base, settings: settings)
  }
}

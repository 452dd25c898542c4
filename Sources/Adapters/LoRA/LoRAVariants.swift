public import LinearAlgebra

// LoRA with another scale, other learning rates, or a frozen A.

/// Rank-stabilised LoRA: s = α/√r, whatever scaling the options choose.
///
/// **Source:** Kalajdzievski, "A rank stabilization scaling factor for fine-tuning with LoRA", 2023,
/// arXiv 2312.03732, theorem 3.2.
public struct TrainableRSLoRA: LoRAVariant {
  public typealias Method = LoRA
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

/// LoRA+: B has a higher learning rate than A, by the factor ``AdapterOptions/outputRateFactor``.
///
/// **Source:** Hayou, Ghosh, Yu, "LoRA+: efficient low rank adaptation of large models", 2024,
/// arXiv 2402.12354, section 4.
public struct TrainableLoRAPlus: LoRAVariant {
  public typealias Method = LoRA
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

/// LoRA-FA: A is frozen at its initial value.
///
/// **Source:** Zhang et al., "LoRA-FA: memory-efficient low-rank adaptation for large language models
/// fine-tuning", 2023, arXiv 2308.03303, section 3.
public struct TrainableLoRAFA: LoRAVariant {
  public typealias Method = LoRA
  public static let key = "lora-fa"
  public static let summary = "LoRA whose input factor is frozen"
  public static let trainsInput = false
  public let path: LoRAPath

  public init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    path = try LoRAPath(module: module, options: options)
  }
}

/// LoRA-FA as PEFT's optimiser trains it: the gradient of B is multiplied by (AAᵀ + 10⁻⁸·I)⁻¹/s².
///
/// Then s·gB·A is the gradient of the weight, projected onto the row space of A.
///
/// **Source:** PEFT, `optimizers/lorafa.py`.
public struct TrainablePreconditionedLoRAFA: LoRAVariant {
  public typealias Method = LoRA
  public static let key = "lora-fa-preconditioned"
  public static let summary = "LoRA-FA whose gradient is projected on the frozen factor's rows"
  public static let trainsInput = false
  public let path: LoRAPath

  public init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    path = try LoRAPath(module: module, options: options)
  }

  /// - Complexity: O(r²·(in + out) + r³), in double precision.
  public func preconditionGradients<Element>(
    _ gradients: [MatrixView<Element>], parameters: [MatrixView<Element>]
  ) {
    let input = parameters[LoRA.input].doubles()
    var gram = Matrix.product(input, .asStored, input, .transposed)
    for index in 0..<gram.rows { gram[index, index] += 1e-8 }
    let gradient = gradients[LoRA.output]
    let solved = CholeskyFactor(of: gram).solve(rowsOf: gradient.doubles())
    gradient.set((1 / (path.scale * path.scale)) * solved)
  }
}

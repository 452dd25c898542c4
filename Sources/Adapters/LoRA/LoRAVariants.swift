package import LinearAlgebra

// LoRA with another scale, other learning rates, or a frozen A.

/// Rank-stabilised LoRA: s = α/√r, whatever scaling the options choose.
///
/// **Source:** Kalajdzievski, "A rank stabilization scaling factor for fine-tuning with LoRA", 2023,
/// arXiv 2312.03732, theorem 3.2.
package struct TrainableRSLoRA: LoRAVariant {
  package typealias Method = LoRA
  package static let key = "rslora"
  package static let summary = "LoRA scaled by alpha/√r"
  package static let profile = MethodProfile(
    .dynamics, formula: "W + (α/√r)·BA", trained: "r(m + n)", cost: "6mnr")
  package let path: LoRAPath

  package init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    path = try LoRAPath(module: module, options: Self.resolved(options))
  }

  package static func resolved(_ options: AdapterOptions) -> AdapterOptions {
    var options = options
    options.usesRankStabilization = true
    return options
  }
}

/// LoRA+: B has a higher learning rate than A, by the factor ``AdapterOptions/outputRateFactor``.
///
/// **Source:** Hayou, Ghosh, Yu, "LoRA+: efficient low rank adaptation of large models", 2024,
/// arXiv 2402.12354, section 4.
package struct TrainableLoRAPlus: LoRAVariant {
  package typealias Method = LoRA
  package static let key = "lora-plus"
  package static let summary = "LoRA whose output factor learns faster"
  package static let profile = MethodProfile(
    .dynamics, formula: "W + s·BA, B at a higher rate", trained: "r(m + n)", cost: "6mnr")
  package let path: LoRAPath
  private let rateFactor: Double

  package init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    path = try LoRAPath(module: module, options: options)
    rateFactor = options.outputRateFactor
  }

  package var parameters: [ParameterShape] { path.parameters(outputRateFactor: rateFactor) }
}

/// LoRA-FA: A is frozen at its initial value.
///
/// **Source:** Zhang et al., "LoRA-FA: memory-efficient low-rank adaptation for large language models
/// fine-tuning", 2023, arXiv 2308.03303, section 3.
package struct TrainableLoRAFA: LoRAVariant {
  package typealias Method = LoRA
  package static let key = "lora-fa"
  package static let summary = "LoRA whose input factor is frozen"
  package static let profile = MethodProfile(
    .dynamics, formula: "W + s·BA, A frozen", trained: "rm", cost: "4mnr")
  package static let trainsInput = false
  package let path: LoRAPath

  package init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    path = try LoRAPath(module: module, options: options)
  }
}

/// LoRA-FA as PEFT's optimiser trains it: the gradient of B is multiplied by (AAᵀ + 10⁻⁸·I)⁻¹/s².
///
/// Then s·gB·A is the gradient of the weight, projected onto the row space of A.
///
/// **Source:** PEFT, `optimizers/lorafa.py`.
package struct TrainablePreconditionedLoRAFA: LoRAVariant {
  package typealias Method = LoRA
  package static let key = "lora-fa-preconditioned"
  package static let summary = "LoRA-FA whose gradient is projected on the frozen factor's rows"
  package static let profile = MethodProfile(
    .dynamics, formula: "W + s·BA, A frozen, gB·(AAᵀ)⁻¹/s²", trained: "rm",
    cost: "4mnr + 2(m + n)r²")
  package static let trainsInput = false
  package let path: LoRAPath

  package init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    path = try LoRAPath(module: module, options: options)
  }

  /// - Complexity: O(r²·(in + out) + r³), in double precision.
  package func preconditionGradients<Element>(
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

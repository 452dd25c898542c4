package import LinearAlgebra

/// LoRA and DoRA as mlx-lm saves them: ΔW = scale · (A·B)ᵀ.
///
/// | tensor | shape | as PEFT has it |
/// | --- | --- | --- |
/// | `lora_a` | in × r | `lora_A.weight`, transposed |
/// | `lora_b` | r × out | `lora_B.weight`, transposed |
/// | `m` | out | `lora_magnitude_vector` |
///
/// The scale of the configuration is the factor itself, not an alpha that is divided by the rank.
///
/// **Source:** ml-explore/mlx-lm, `mlx_lm/tuner/lora.py` and `dora.py`.
package enum MLX: AdapterMethod {
  package static let key = "mlx"
  package static let summary = "LoRA and DoRA as mlx-lm saves them"
  package static let peftTypes = ["MLX"]
}

/// One module of such a file.
package struct SavedMLX: Adapter {
  package typealias Method = MLX
  package static let parameterNames = ["lora_a", "lora_b", "m"]
  package static let factorNames = ["lora_a", "lora_b"]

  private let adapter: any Adapter

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let down = try reader.matrix("lora_a", rows: nil, columns: nil)
    let up = try reader.matrix("lora_b", rows: down.columns, columns: nil)
    var tensors = [
      LoRA.inputFactor: Tensor(down.transposed()), LoRA.outputFactor: Tensor(up.transposed()),
    ]
    if parameters["m"] != nil {
      let magnitudes = try reader.vector("m", count: up.columns)
      tensors[DoRA.magnitude] = Tensor(shape: [magnitudes.count], values: magnitudes)
    }
    adapter = try AdapterRegistry.adapter(
      parameters: tensors,
      settings: settings.translated(
        to: LoRA.peftTypes[0], alpha: settings.alpha * Double(max(down.columns, 1))))
  }

  package var resolved: ResolvedModule { adapter.resolved }
  package var shape: MatrixShape? { adapter.shape }
  package var needsBase: Bool { adapter.needsBase }

  package func check(against base: MatrixShape) throws(AdapterError) {
    try adapter.check(against: base)
  }

  package func workspace(for base: MatrixShape) -> Int { adapter.workspace(for: base) }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try adapter.weightUpdate(of: base)
  }
}

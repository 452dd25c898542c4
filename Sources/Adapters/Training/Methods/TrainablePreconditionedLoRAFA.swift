public import LinearAlgebra

/// LoRA-FA as PEFT's optimiser trains it: the gradient of B is multiplied by (AAᵀ + 10⁻⁸·I)⁻¹/s².
///
/// Then s·gB·A is the gradient of the weight, projected on the row space of A.
///
/// **Source:** PEFT, `optimizers/lorafa.py`.
public struct TrainablePreconditionedLoRAFA: LoRAVariant {
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
    let input = parameters[0].doubles()
    var gram = Matrix.product(input, .asStored, input, .transposed)
    for index in 0..<gram.rows { gram[index, index] += 1e-8 }
    let solved = CholeskyFactor(of: gram).solve(rowsOf: gradients[1].doubles())
    gradients[1].set((1 / (path.scale * path.scale)) * solved)
  }
}

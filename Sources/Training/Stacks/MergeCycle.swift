import Adapters
import Checkpoints
package import LinearAlgebra

/// Whether answers are drawn from weights that the update was merged into, and in which type that is done.
///
/// Before a rollout the update Δ is added to the frozen weight in place: W ← round(W + Δ). After it Δ is taken out again:
/// W ← round(W − round(Δ)). What rounding loses is never put back, so that the frozen weight drifts.
///
/// **Source:** TRL 0.25.1, `_move_model_to_vllm`, with PEFT 0.18.0, `merge` and `unmerge` of a linear layer of LoRA: Δ is
/// computed in the type of the factors, and subtracted in that of the weight.
public enum MergeCycle: String, Codable, Sendable, CaseIterable {
  case none, float32, bfloat16

  /// The type of the merged weights; nil if nothing is merged.
  var type: DataType? {
    switch self {
    case .none: nil
    case .float32: .float32
    case .bfloat16: .bfloat16
    }
  }
}

extension Policy {
  /// Calls the body while the effective weights are merged ones, if the policy has a merge cycle.
  package func withMergedWeights<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard let type = stack.mergeCycle.type else { return try body() }
    let updates = layers.map { $0.merge(in: type, workspace) }
    defer {
      for (layer, update) in zip(layers, updates) { layer.unmerge(update, in: type) }
      refresh()
    }
    return try body()
  }

  /// The frozen weights that merges change, by the names of their modules: a checkpoint must hold them. None without a
  /// merge cycle.
  package var driftingWeights: [(name: String, values: MatrixView<Element>)] {
    stack.mergeCycle == .none ? [] : layers.map { ($0.module.name, $0.frozen.weight) }
  }
}

extension AdaptedLayer {
  /// Merges the update into the frozen weight, which is also the effective one then.
  /// - Returns: The update.
  fileprivate func merge(in type: DataType, _ workspace: Workspace<Element>) -> Matrix {
    // The update alone is what the method makes of a frozen weight of zeros.
    let zeros = MatrixView<Element>(rows: frozen.weight.rows, columns: frozen.weight.columns)
    adapter.adapt(
      effective, frozen: ModuleViews(weight: zeros, bias: frozen.bias), parameters: parameters,
      workspace: workspace)
    let update = effective.weight.matrix
    frozen.weight.set((frozen.weight.matrix + update).rounded(to: type))
    effective.weight.copy(frozen.weight)
    return update
  }

  /// Takes a merged update out of the frozen weight.
  fileprivate func unmerge(_ update: Matrix, in type: DataType) {
    frozen.weight.set((frozen.weight.matrix - update.rounded(to: type)).rounded(to: type))
  }
}

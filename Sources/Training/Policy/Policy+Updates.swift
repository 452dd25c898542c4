import Adapters
public import LinearAlgebra

/// The change of one weight by training.
public struct PolicyUpdate: Sendable {
  /// The module's name in the base.
  public let module: String
  /// The pretrained weight, out × in.
  public let base: Matrix
  /// Effective minus pretrained weight.
  public let update: Matrix
}

extension Policy {
  /// The weight updates of all adapted matrices, as they are now.
  public var updates: [PolicyUpdate] {
    layers.filter { $0.effective.weight.rows > 1 }.map { layer in
      let weight = base.weights[layer.weightSlot].matrix
      return PolicyUpdate(
        module: layer.module.name, base: weight, update: layer.effective.weight.matrix - weight)
    }
  }
}

import Adapters
public import LinearAlgebra

/// Weights that a trained policy does not have, on which it is examined all the same: what would it answer
/// if its adapter were reloaded carelessly, or if its spectrum had not moved?
///
/// A new counterfactual is one file in `Counterfactuals` and one line in ``CounterfactualRegistry/all``.
public protocol Counterfactual: Sendable {
  /// The name under which the accuracy is kept.
  static var name: String { get }
  /// One line that says what is asked.
  static var summary: String { get }
  /// The other weight of a module; nil where the question has no meaning for its adapter.
  static func weight(of layer: CounterfactualLayer) throws -> Matrix?
}

/// A module of a trained policy.
public struct CounterfactualLayer: Sendable {
  public let module: String
  /// The pretrained weight, out × in.
  public let base: Matrix
  /// What the adapter was trained beside: the base, or what a start left of it.
  public let frozen: Matrix
  /// The trained weight.
  public let effective: Matrix
  /// Key of the start, for methods of LoRA's family.
  public let start: String?
  let rank: Int
  let scale: Double
}

/// All counterfactuals, in the order in which they are listed.
public enum CounterfactualRegistry {
  public static let all: [any Counterfactual.Type] = [
    WithoutResidual.self, WithOtherStart.self, WithBaseSpectrum.self, SpectrumAlone.self,
  ]
}

extension Trainer {
  /// Held-out accuracy with a counterfactual's weights, on the problems of ``examine()``.
  /// - Returns: nil if the question has no meaning for any module of the policy.
  public func examine(_ counterfactual: any Counterfactual.Type) throws -> Examination? {
    var weights = policy.weights
    var hasMeaning = false
    for (slot, layer) in policy.counterfactualLayers {
      guard let other = try counterfactual.weight(of: layer) else { continue }
      hasMeaning = true
      weights = weights.replacing(slot, by: MatrixView(other))
    }
    guard hasMeaning else { return nil }
    let model = DecoderModel(configuration: policy.base.configuration, weights: weights)
    return try examine(model)
  }

  /// Held-out accuracy of another model, on the problems of ``examine()``.
  func examine(_ model: DecoderModel<Element>) throws -> Examination {
    let fixed = try Policy(
      base: model, choice: AdapterChoice(parsing: TrainableFull.key), options: AdapterOptions(),
      targets: TargetModules(), seed: 0)
    return try Trainer(fixed, examiner: examiner, options: options, positions: learner.positions)
      .examine()
  }
}

extension Policy {
  /// The adapted matrices by the slots of their weights.
  fileprivate var counterfactualLayers: [(slot: Int, layer: CounterfactualLayer)] {
    layers.filter { $0.effective.weight.rows > 1 }.map { layer in
      (
        layer.weightSlot,
        CounterfactualLayer(
          module: layer.module.name, base: base.weights[layer.weightSlot].matrix,
          frozen: layer.frozen.weight.matrix, effective: layer.effective.weight.matrix,
          start: choice.start?.key, rank: options.rank, scale: options.scale)
      )
    }
  }
}

import Adapters
package import LinearAlgebra

/// Weights that a trained policy does not have but is examined with: how would it answer if its adapter were
/// reloaded carelessly, or if its spectrum had not changed?
///
/// A new counterfactual is a type below and one line in ``CounterfactualRegistry/all``.
package protocol Counterfactual: Sendable {
  /// The name under which the accuracy is recorded.
  static var name: String { get }
  /// One line that describes the weights.
  static var summary: String { get }
  /// The counterfactual weight of a module; nil if the question has no meaning for its adapter.
  static func weight(of layer: CounterfactualLayer) throws -> Matrix?
}

/// A module of a trained policy, for counterfactuals.
package struct CounterfactualLayer: Sendable {
  package let module: String
  /// The pretrained weight, out × in.
  package let base: Matrix
  /// The frozen weight in training: the base, or what a start left of it.
  package let frozen: Matrix
  /// The trained weight.
  package let effective: Matrix
  /// Key of the start, for methods of LoRA's family.
  package let start: String?
  /// Whether the start left less of the base than there was.
  let leavesResidual: Bool
  /// Whether the update is proportional to α.
  let isScaled: Bool
  let rank: Int
  let scale: Double
}

/// All counterfactuals, in the order in which they are listed.
package enum CounterfactualRegistry {
  package static let all: [any Counterfactual.Type] = [
    WithoutResidual.self, RecomputedResidual.self, WithBaseSpectrum.self, SpectrumAlone.self,
    DoubledScale.self, DoubledScaleWithoutResidual.self,
  ]
}

extension Trainer {
  /// A trainer whose policy has a counterfactual's weights and nothing to learn, for examinations on the problems of
  /// ``examine()``.
  /// - Returns: nil if the question has no meaning for any module of the policy.
  package func reloaded(as counterfactual: any Counterfactual.Type) throws -> Trainer? {
    guard let weights = try policy.weights(of: counterfactual) else { return nil }
    let fixed = try Policy(
      base: DecoderModel(configuration: policy.base.configuration, weights: weights),
      choice: AdapterChoice(parsing: TrainableFull.key), options: AdapterOptions(),
      targets: TargetModules(), seed: 0)
    return Trainer(fixed, examiner: examiner, options: options, positions: learner.positions)
  }
}

extension Policy {
  /// The weights of a counterfactual.
  /// - Returns: nil if the question has no meaning for any module of the policy.
  package func weights(of counterfactual: any Counterfactual.Type) throws -> TensorSet<Element>? {
    var weights = self.weights
    var hasMeaning = false
    for (slot, layer) in counterfactualLayers {
      guard let other = try counterfactual.weight(of: layer) else { continue }
      hasMeaning = true
      weights = weights.replacing(slot, by: MatrixView(other))
    }
    return hasMeaning ? weights : nil
  }

  /// The adapted matrices by the slots of their weights.
  fileprivate var counterfactualLayers: [(slot: Int, layer: CounterfactualLayer)] {
    layers.filter { $0.effective.weight.rows > 1 }.map { layer in
      (
        layer.weightSlot,
        CounterfactualLayer(
          module: layer.module.name, base: base.weights[layer.weightSlot].matrix,
          frozen: layer.frozen.weight.matrix, effective: layer.effective.weight.matrix,
          start: choice.start?.key, leavesResidual: layer.leavesResidual,
          isScaled: choice.addsScaledProduct, rank: options.rank, scale: options.scale)
      )
    }
  }
}

/// The trained factors on the pretrained base: W + s·BA instead of W − s·B₀A₀ + s·BA. One gets this
/// by forgetting the residual base of a start that takes its factors out of the base (PiSSA, MiLoRA).
package enum WithoutResidual: Counterfactual {
  package static let name = "accuracy_without_residual"
  package static let summary = "the factors on the pretrained base, their residual base forgotten"

  package static func weight(of layer: CounterfactualLayer) -> Matrix? {
    layer.leavesResidual ? layer.effective - layer.frozen + layer.base : nil
  }
}

/// The trained factors on a residual base that is computed again, by PiSSA's fast decomposition with another seed.
/// Tools do this if they repeat the start on loading instead of reading the saved one.
package enum RecomputedResidual: Counterfactual {
  package static let name = "accuracy_with_other_start"
  package static let summary = "PiSSA's residual base made again by its fast form with another seed"
  /// A fixed seed, not that of the run.
  private static let seed: UInt64 = 0x5EED

  package static func weight(of layer: CounterfactualLayer) throws -> Matrix? {
    guard let start = layer.start,
      [PiSSAStart.key, FastPiSSAStart.key].contains(start)
    else { return nil }
    var generator = SplitMix64(seed: seed)
    let pair = try FastPiSSAStart().factors(
      base: DenseBaseWeight(layer.base), rank: layer.rank, scale: layer.scale, using: &generator,
      calibration: nil)
    return layer.effective - layer.frozen + layer.base - layer.scale * (pair.output * pair.input)
  }
}

/// The trained singular vectors with the pretrained singular values: U₊ Σ₀ V₊ᵀ. If training only rotated the
/// singular vectors and left the spectrum unchanged, nothing is lost.
///
/// **Source:** the rule of restoring a spectrum is that of isospectral studies of reinforcement learning
/// (2026); see docs/studies/spectral-collapse.md.
package enum WithBaseSpectrum: Counterfactual {
  package static let name = "accuracy_with_base_spectrum"
  package static let summary = "trained directions, pretrained singular values"

  package static func weight(of layer: CounterfactualLayer) throws -> Matrix? {
    let trained = try SingularTriplets(of: layer.effective)
    let base = try SingularTriplets(of: layer.base)
    return trained.left * Matrix.diagonal(base.values) * trained.right
  }
}

/// The pretrained singular vectors with the trained singular values: U₀ Σ₊ V₀ᵀ. This is the effect of the changed
/// spectrum without any rotation.
package enum SpectrumAlone: Counterfactual {
  package static let name = "accuracy_of_spectrum_alone"
  package static let summary = "pretrained directions, trained singular values"

  package static func weight(of layer: CounterfactualLayer) throws -> Matrix? {
    let trained = try SingularTriplets(of: layer.effective)
    let base = try SingularTriplets(of: layer.base)
    return base.left * Matrix.diagonal(trained.values) * base.right
  }
}

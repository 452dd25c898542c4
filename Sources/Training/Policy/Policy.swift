public import Adapters
import LinearAlgebra

/// The policy that trains and samples: a decoder whose effective weights combine frozen weights with the parameters
/// of adapters.
///
/// A class, because its parameters change in place and the optimiser works on the same memory.
public final class Policy<Element: KernelScalar> {
  /// The base as it was read, or as it is stored if that is narrower. It is the reference policy, whatever the adapters
  /// start from.
  public let base: DecoderModel<Element>
  let layers: [AdaptedLayer<Element>]
  private let places: TrainedPlaces
  public let choice: AdapterChoice
  public let options: AdapterOptions
  /// AdaLoRA's choice of triplets, if the method has one.
  package internal(set) var budget: AdaLoRABudget?
  /// The weights that the decoder computes with.
  package private(set) var weights: TensorSet<Element>
  /// The types of weights, merges, and which entries learn.
  package let stack: StackOptions
  /// The entries that a mask keeps from learning; nil without a mask.
  private let fixedEntries: FixedEntries<Element>?
  let workspace = Workspace<Element>()

  /// Makes and initialises the adapters of the chosen modules.
  /// - Parameters:
  ///   - base: The pretrained decoder; it is not changed.
  ///   - choice: Method and start.
  ///   - options: Rank, alpha and the other options of the method.
  ///   - targets: The names of the modules that get an adapter.
  ///   - seed: The seed of random starts; each module draws its own numbers.
  ///   - calibration: The data for data-driven starts, by module.
  ///   - stack: What happens to weights besides learning.
  /// - Throws: `AdapterError` if options and modules do not fit; ``TrainingError/noTargets(pattern:available:)``;
  ///   ``TrainingError/noDropout(method:)``; ``TrainingError/noMergeCycle(method:fitting:)``;
  ///   ``TrainingError/noGradientMask(method:)``.
  package init(
    base: DecoderModel<Element>, choice: AdapterChoice, options: AdapterOptions,
    targets: TargetModules, seed: UInt64, calibration: [String: Calibration] = [:],
    stack: StackOptions = StackOptions()
  ) throws {
    try stack.check(choice)
    self.stack = stack
    let base = stack.storage.frozenType.map { base.rounded(to: $0) } ?? base
    self.base = base
    self.choice = choice
    let slots = try targets.slots(of: base.layout, for: choice.method.targets)
    let made = try choice.adapters(for: slots.map(\.module), options: options)
    self.options = made.options
    var layers = [AdaptedLayer<Element>]()
    var tied = TiedParameters<Element>()
    for (slot, adapter) in zip(slots, made.adapters) {
      layers.append(
        try AdaptedLayer(
          slot: slot, adapter: adapter, base: base, stack: stack, tied: &tied,
          generator: SplitMix64(seed: DecoderLayout.seed(seed, slot: slot.weight)),
          calibration: calibration[slot.module.name]))
    }
    if options.dropout > 0,
      layers.contains(where: { $0.adapter.dropoutPath($0.parameters) == nil })
    {
      throw TrainingError.noDropout(method: choice.name)
    }
    self.layers = layers
    places = TrainedPlaces(of: layers)
    weights = Self.weights(of: layers, on: base)
    budget = try Self.budget(of: layers, made.options)
    for layer in layers { layer.store(in: stack.storage) }
    fixedEntries =
      stack.gradientMask == .none
      ? nil
      : try FixedEntries(
        layers, of: base.layout, stack.gradientMask, rank: made.options.rank, seed: seed)
    refresh()
  }

  /// A policy at the start of another one, with parameters of its own. It costs no decomposition, which for a start like
  /// PiSSA takes longer than a step of a short run.
  /// - Parameter policy: At step 0, if it has a merge cycle: merges change frozen weights.
  package init(startOf policy: Policy) throws {
    (base, choice, options) = (policy.base, policy.choice, policy.options)
    stack = policy.stack
    var tied = TiedParameters<Element>()
    layers = policy.layers.map { AdaptedLayer(startOf: $0, stack: policy.stack, tied: &tied) }
    places = policy.places
    weights = Self.weights(of: layers, on: base)
    budget = try Self.budget(of: layers, options)
    for layer in layers { layer.store(in: stack.storage) }
    fixedEntries = policy.fixedEntries?.over(layers)
    refresh()
  }

  /// The base with the effective weights of layers.
  private static func weights(
    of layers: [AdaptedLayer<Element>], on base: DecoderModel<Element>
  ) -> TensorSet<Element> {
    layers.reduce(base.weights) { weights, layer in
      let weights = weights.replacing(layer.weightSlot, by: layer.effective.weight)
      guard let bias = layer.biasSlot, let view = layer.effective.bias else { return weights }
      return weights.replacing(bias, by: view)
    }
  }

  private static func budget(
    of layers: [AdaptedLayer<Element>], _ options: AdapterOptions
  ) throws -> AdaLoRABudget? {
    try options.budget.map { schedule in
      try AdaLoRABudget(schedule: schedule, modules: layers.map(\.module), options: options)
    }
  }

  /// Writes the effective weights again. Call it whenever parameters have changed.
  public func refresh() { for layer in layers { layer.adapt(workspace) } }

  /// A copy of the effective weights as they are now; what no adapter changes is shared.
  func copyOfWeights() -> TensorSet<Element> {
    layers.reduce(weights) { weights, layer in
      var weights = weights.replacing(layer.weightSlot, by: layer.effective.weight.copied())
      if let bias = layer.biasSlot, let view = layer.effective.bias {
        weights = weights.replacing(bias, by: view.copied())
      }
      return weights
    }
  }

  /// The trained parameters, in a fixed order.
  package var trained: [OptimizedParameter<Element>] {
    var names = Set<String>()
    return layers.flatMap { layer in
      zip(layer.adapter.parameters, layer.parameters).compactMap { shape, view in
        let name = shape.name(in: layer.module)
        guard shape.isTrained, names.insert(name).inserted else { return nil }
        return OptimizedParameter(
          name: name, values: view, rateFactor: shape.rateFactor,
          // As in trainers, norms and vectors do not decay.
          decays: shape.savedShape.count > 1 && base.layout.slots[layer.weightSlot].kind != .norm)
      }
    }
  }

  /// The share of the entries of masked matrices that learn; nil without a mask.
  package var maskDensity: Double? { fixedEntries?.density }

  /// Sets the gradients of entries that do not learn to zero.
  /// - Parameter target: In the order of ``trained``.
  func mask(_ target: [MatrixView<Element>]) { fixedEntries?.clear(target) }

  /// Call it when the optimiser has moved the parameters: they are stored, and entries that do not learn stay where they
  /// were.
  func settle() {
    for layer in layers { layer.store(in: stack.storage) }
    fixedEntries?.restore()
  }

  /// The number of trained values.
  public var trainedCount: Int { trained.reduce(0) { $0 + $1.values.count } }

  /// The first trained parameter or effective weight that contains a number that is not finite.
  var firstNonFinite: String? {
    trained.first { $0.values.isNotFinite }.map { "the parameter '\($0.name)'" }
      ?? layers.first { $0.effective.weight.isNotFinite }
      .map { "the weight of '\($0.module.name)'" }
  }

  /// Whether the gradient of a slot is needed.
  func needsGradient(_ slot: Int) -> Bool {
    layers.contains { $0.weightSlot == slot || $0.biasSlot == slot }
  }

  /// Turns gradients of effective weights into gradients of the trained parameters.
  /// - Parameters:
  ///   - gradients: The gradients of the effective weights, summed over the batch.
  ///   - target: In the order of ``trained``; the gradients are added to it.
  func addParameterGradients(of gradients: TensorSet<Element>, to target: [MatrixView<Element>]) {
    _ = forEachLayer(target) { layer, views in
      layer.adapter.addGradients(
        views, output: layer.output(in: gradients), effective: layer.effective,
        frozen: layer.frozen, parameters: layer.parameters, workspace: workspace)
    }
  }

  /// Adds the gradient of the method's own penalty, and returns the penalty.
  func addPenalty(to target: [MatrixView<Element>]) -> Double {
    guard let weight = budget?.penaltyWeight else { return 0 }
    return forEachLayer(target) { layer, views in
      layer.adapter.addPenalty(
        to: views, parameters: layer.parameters, weight: weight, workspace: workspace)
    }.reduce(0, +)
  }

  /// Lets the method replace the clipped gradients by those that the optimiser gets.
  func precondition(_ target: [MatrixView<Element>]) {
    _ = forEachLayer(target) { layer, views in
      layer.adapter.preconditionGradients(views, parameters: layer.parameters)
    }
  }

  /// Lets AdaLoRA choose its triplets, after the optimiser's step (counted from 1).
  func updateBudget(step: Int, gradients: [MatrixView<Element>]) {
    guard budget != nil else { return }
    let adapters = forEachLayer(gradients) { ($0.parameters, $1) }
    budget?.update(step: step, adapters: adapters)
  }

  /// Lets methods set what they choose themselves, after the optimiser's step (counted from 1).
  func choose(afterStep step: Int) throws {
    for layer in layers {
      let hasChosen = try layer.adapter.choose(
        layer.parameters, afterStep: step, base: base.weights[layer.weightSlot],
        effective: layer.effective.weight)
      guard hasChosen else { continue }
      layer.store(in: stack.storage)
      layer.adapt(workspace)
    }
  }

  /// The frozen parameters that methods set in the course of training, by their names: a checkpoint must hold them.
  var chosen: [(name: String, values: MatrixView<Element>)] {
    layers.flatMap { layer in
      zip(layer.adapter.parameters, layer.parameters).filter(\.0.isChosen).map {
        ($0.name(in: layer.module), $1)
      }
    }
  }

  /// Calls the body with each layer and the views of its parameters, taken from a list in the order of ``trained``.
  /// Frozen parameters have empty views.
  private func forEachLayer<Result>(
    _ target: [MatrixView<Element>],
    _ body: (AdaptedLayer<Element>, [MatrixView<Element>]) -> Result
  ) -> [Result] {
    zip(layers, places.places).map { layer, places in
      body(layer, places.map { $0.map { target[$0] } ?? MatrixView(rows: 0, columns: 0) })
    }
  }

  /// The paths that dropout acts on.
  /// - Parameters:
  ///   - seed: The seed of the masks.
  ///   - gradients: In the order of ``trained``; receive the gradients of the factors through the dropped part.
  /// - Returns: nil without dropout.
  func dropout(seed: UInt64, gradients: [MatrixView<Element>]) -> DropoutPlan<Element>? {
    guard options.dropout > 0 else { return nil }
    var paths = [Int: DropoutPlan<Element>.Path]()
    for (layer, places) in zip(layers, places.places) {
      let views = places.map { $0.map { gradients[$0] } }
      guard let path = layer.adapter.dropoutPath(layer.parameters) else { continue }
      paths[layer.weightSlot] = DropoutPlan.Path(
        inputFactor: layer.parameters[path.inputFactor],
        outputFactor: layer.parameters[path.outputFactor], scale: path.scale,
        inputGradient: views[path.inputFactor], outputGradient: views[path.outputFactor])
    }
    return DropoutPlan(
      masks: DropoutMasks(probability: options.dropout, seed: seed), paths: paths)
  }
}

extension MatrixView {
  /// Whether some number is infinite or NaN.
  fileprivate var isNotFinite: Bool {
    // The sum of squares is fast to compute, but overflows before the numbers do.
    !dot(self).isFinite && values.contains { !$0.isFinite }
  }
}

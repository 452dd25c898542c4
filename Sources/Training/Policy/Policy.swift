public import Adapters
public import LinearAlgebra

/// What trains and what samples: a decoder whose effective weights are made of frozen ones and of the
/// parameters of adapters.
///
/// A class, because its parameters change in place and the optimiser looks at the same memory.
public final class Policy<Element: KernelScalar> {
  /// The base as it was read: the true reference, whatever the adapters start from.
  public let base: DecoderModel<Element>
  let layers: [AdaptedLayer<Element>]
  public let options: AdapterOptions
  /// What the decoder computes with.
  public private(set) var weights: TensorSet<Element>
  private let workspace = Workspace<Element>()

  /// Puts adapters beside the chosen modules and starts them.
  /// - Parameters:
  ///   - base: The pretrained decoder; it is not changed.
  ///   - method: How the adapters train.
  ///   - options: Rank, alpha, start.
  ///   - targets: Which modules get one, by name.
  ///   - seed: Where random starts come from; each module draws its own numbers.
  ///   - calibration: What data-driven starts look at, by module.
  /// - Throws: `AdapterError` if options and modules do not fit, ``TrainingError/noTargets(pattern:available:)``.
  public init(
    base: DecoderModel<Element>, method: any TrainableAdapter.Type, options: AdapterOptions,
    targets: TargetModules, seed: UInt64, calibration: [String: Calibration] = [:]
  ) throws {
    self.base = base
    self.options = options
    let slots = try targets.slots(of: base.layout, for: method.targets)
    weights = base.weights
    var layers = [AdaptedLayer<Element>]()
    for slot in slots {
      let layer = try AdaptedLayer(
        slot: slot, base: base, method: method, options: options,
        // Each module has a generator of its own: adding one changes no other.
        generator: SplitMix64(seed: seed &+ UInt64(slot.weight) &* 0x9E37_79B9_7F4A_7C15),
        calibration: calibration[slot.module.name])
      layers.append(layer)
      weights = weights.replacing(slot.weight, by: layer.effective.weight)
      if let bias = slot.bias, let view = layer.effective.bias {
        weights = weights.replacing(bias, by: view)
      }
    }
    self.layers = layers
    refresh()
  }

  /// Writes the effective weights anew; to be called whenever parameters have changed.
  public func refresh() { for layer in layers { layer.adapt(workspace) } }

  /// The parameters that train, in a fixed order.
  public var trained: [TrainedParameter<Element>] {
    layers.flatMap { layer in
      zip(layer.adapter.parameters, layer.parameters).compactMap { shape, view in
        shape.isTrained
          ? TrainedParameter(
            name: "\(layer.module.name).\(shape.name)", values: view,
            rateFactor: shape.rateFactor)
          : nil
      }
    }
  }

  /// How many numbers train.
  public var trainedCount: Int { trained.reduce(0) { $0 + $1.values.count } }

  /// Whether the gradient of a slot is needed.
  func needsGradient(_ slot: Int) -> Bool {
    layers.contains { $0.weightSlot == slot || $0.biasSlot == slot }
  }

  /// Turns gradients of effective weights into gradients of the trained parameters.
  /// - Parameters:
  ///   - gradients: Of the effective weights, summed over the batch.
  ///   - target: In the order of ``trained``; added to.
  func addParameterGradients(of gradients: TensorSet<Element>, to target: [MatrixView<Element>]) {
    var rest = target[...]
    for layer in layers {
      let views = layer.adapter.parameters.map { shape in
        shape.isTrained ? rest.removeFirst() : MatrixView<Element>(rows: 0, columns: 0)
      }
      layer.adapter.addGradients(
        views, output: layer.output(in: gradients), effective: layer.effective,
        frozen: layer.frozen, parameters: layer.parameters, workspace: workspace)
    }
  }

  /// The paths that dropout acts on.
  /// - Parameters:
  ///   - seed: Of the masks.
  ///   - gradients: In the order of ``trained``: where the factors' gradients through the dropped part go.
  /// - Returns: nil without dropout.
  func dropout(seed: UInt64, gradients: [MatrixView<Element>]) -> DropoutPlan<Element>? {
    guard options.dropout > 0 else { return nil }
    var paths = [Int: DropoutPlan<Element>.Path]()
    var rest = gradients[...]
    for layer in layers {
      let views = layer.adapter.parameters.map { $0.isTrained ? rest.removeFirst() : nil }
      guard let path = layer.adapter.dropoutPath(layer.parameters) else { continue }
      paths[layer.weightSlot] = DropoutPlan.Path(
        inputFactor: layer.parameters[path.inputFactor],
        outputFactor: layer.parameters[path.outputFactor], scale: path.scale,
        inputGradient: views[path.inputFactor], outputGradient: views[path.outputFactor])
    }
    return DropoutPlan(probability: options.dropout, seed: seed, paths: paths)
  }
}

/// A parameter that trains.
public struct TrainedParameter<Element: KernelScalar> {
  /// The module's name and what PEFT calls the parameter.
  public let name: String
  public let values: MatrixView<Element>
  /// How much faster than others it learns.
  public let rateFactor: Double
}

import Adapters
import LinearAlgebra

/// One module of the decoder with its adapter: the adapter's parameters and the frozen weight.
struct AdaptedLayer<Element: KernelScalar> {
  let module: AdaptedModule
  let adapter: any TrainableAdapter
  /// Slots of the weight and of the bias.
  let weightSlot: Int
  let biasSlot: Int?
  /// In the order of the adapter's parameters.
  let parameters: [MatrixView<Element>]
  /// The values of step 0.
  let start: [Matrix]
  let frozen: ModuleViews<Element>
  /// Whether the start left less of the base than there was.
  let leavesResidual: Bool
  let effective: ModuleViews<Element>

  /// Makes and initialises the layer of a module.
  /// - Parameters:
  ///   - slot: The module.
  ///   - adapter: The method for it.
  ///   - base: The base as it is stored.
  ///   - stack: The types of weights, and whether the frozen weight will change.
  ///   - tied: The parameters that modules train together, as far as modules before have them.
  ///   - generator: The source of random numbers.
  ///   - calibration: The data for data-driven starts.
  init(
    slot: TargetModules.Slot, adapter: any TrainableAdapter, base: DecoderModel<Element>,
    stack: StackOptions, tied: inout TiedParameters<Element>, generator: SplitMix64,
    calibration: Calibration?
  ) throws {
    var generator = generator
    module = slot.module
    weightSlot = slot.weight
    biasSlot = slot.bias
    self.adapter = adapter
    let weight = base.weights[slot.weight].matrix
    let bias = slot.bias.map { base.weights[$0] }
    let start: AdapterStart
    do {
      start = try adapter.start(
        base: BaseModule(weight: weight, bias: bias?.values.map(Double.init)), using: &generator,
        calibration: calibration)
    } catch AdapterError.zeroNormAtStart(let module, let index, _) where !base.files.isEmpty {
      throw AdapterError.zeroNormAtStart(
        module: module, index: index, file: base.files[slot.weight])
    }
    self.start = start.parameters
    parameters = tied.views(of: adapter.parameters, at: start.parameters)
    let residual = start.frozen.map { MatrixView<Element>($0) }
    if let type = stack.storage.frozenType { residual?.round(to: type) }
    leavesResidual = residual != nil
    // The base belongs to others too: a weight that merges change is a copy.
    let own = stack.mergeCycle == .none ? base.weights[slot.weight] : MatrixView(weight)
    frozen = ModuleViews(weight: residual ?? own, bias: bias)
    effective = Self.views(like: frozen)
  }

  /// The layer at its start, without making the start again.
  /// - Parameters:
  ///   - layer: Another one, with its frozen weight as it was at the start.
  ///   - stack: As of that layer.
  ///   - tied: As for a new layer.
  init(startOf layer: Self, stack: StackOptions, tied: inout TiedParameters<Element>) {
    module = layer.module
    weightSlot = layer.weightSlot
    biasSlot = layer.biasSlot
    adapter = layer.adapter
    start = layer.start
    parameters = tied.views(of: adapter.parameters, at: start)
    leavesResidual = layer.leavesResidual
    let weight = layer.frozen.weight
    frozen = ModuleViews(
      weight: stack.mergeCycle == .none ? weight : weight.copied(), bias: layer.frozen.bias)
    effective = Self.views(like: frozen)
  }

  /// Memory for the effective weight, and a copy of the bias.
  private static func views(like frozen: ModuleViews<Element>) -> ModuleViews<Element> {
    ModuleViews(
      weight: MatrixView(rows: frozen.weight.rows, columns: frozen.weight.columns),
      bias: frozen.bias?.copied())
  }

  /// Writes the effective weight.
  func adapt(_ workspace: Workspace<Element>) {
    adapter.adapt(effective, frozen: frozen, parameters: parameters, workspace: workspace)
  }

  /// The gradient of the effective weight and bias, taken from the gradients of the decoder.
  func output(in gradients: TensorSet<Element>) -> ModuleViews<Element> {
    ModuleViews(
      weight: gradients[weightSlot], bias: biasSlot.flatMap { gradients.find($0) })
  }
}

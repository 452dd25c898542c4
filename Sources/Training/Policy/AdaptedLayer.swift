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
  let effective: ModuleViews<Element>

  /// Makes and initialises the layer of a module.
  init(
    slot: TargetModules.Slot, adapter: any TrainableAdapter, base: DecoderModel<Element>,
    generator: SplitMix64, calibration: Calibration?
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
    parameters = start.parameters.map { MatrixView($0) }
    frozen = ModuleViews(
      weight: start.frozen.map { MatrixView($0) } ?? base.weights[slot.weight], bias: bias)
    effective = ModuleViews(
      weight: MatrixView(rows: weight.rows, columns: weight.columns),
      bias: bias.map { view in
        let copy = MatrixView<Element>(rows: 1, columns: view.columns)
        copy.copy(view)
        return copy
      })
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

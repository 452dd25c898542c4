package import Adapters
import Checkpoints
import LinearAlgebra

extension Policy {
  /// The adapters as PEFT reads them on the pretrained base; empty for full fine-tuning, whose checkpoints are
  /// models written from ``weights``.
  /// - Parameter baseName: The name or path under which a reader will find the base.
  package func export(baseName: String?) -> AdapterExport {
    let isAdapter = choice.method.configuration(options: options, modules: []) != nil
    return AdapterExport(
      modules: (isAdapter ? layers : []).map { layer in
        TrainedModule(
          adapter: layer.adapter, module: layer.module,
          parameters: layer.parameters.map(\.matrix), initial: layer.start)
      }, options: options, baseName: baseName, budget: budget)
  }
}

extension AdapterExport {
  /// The tensors in single precision, sorted by name.
  var entries: [SafetensorsWriter.Entry] {
    tensors.sorted { $0.key < $1.key }.map { name, tensor in
      SafetensorsWriter.Entry(
        name: name, shape: tensor.shape, values: .float32(tensor.values.map { Float($0) }))
    }
  }
}

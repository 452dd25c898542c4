package import Adapters
import Checkpoints
package import Documents
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
  /// Writes adapter_config.json and adapter_model.safetensors; nothing if the method has no configuration.
  package func write(in folder: AtomicFolder) throws(OutputError) {
    guard let fields else { return }
    try folder.write(JSONValue.table(fields).page, to: "adapter_config.json")
    try SafetensorsWriter.write(
      entries, metadata: ["format": "pt"], to: "\(folder.path)/adapter_model.safetensors")
  }

  /// The tensors in single precision, sorted by name.
  var entries: [SafetensorsWriter.Entry] {
    tensors.sorted { $0.key < $1.key }.map { name, tensor in
      SafetensorsWriter.Entry(
        name: name, shape: tensor.shape, values: .float32(tensor.values.map { Float($0) }))
    }
  }
}

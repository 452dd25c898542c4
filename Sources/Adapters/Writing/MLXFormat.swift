import Documents
import LinearAlgebra

/// The folder of mlx-lm: `adapter_config.json` and `adapters.safetensors`. The tensors are PEFT's, transposed; the scale is
/// one number for all modules, so each module's own is multiplied into B.
///
///     model.layers.0.self_attn.q_proj.lora_a    in × r
///     model.layers.0.self_attn.q_proj.lora_b    r × out
///
/// mlx-lm puts LoRA on the named modules of every layer. Where a layer has none in the file, B stays zero.
///
/// **Source:** ml-explore/mlx-lm, `mlx_lm/tuner/utils.py` (`linear_to_lora_layers`, `load_adapters`).
package enum MLXFormat: AdapterFormat {
  package static let name = "mlx"
  package static let summary = "mlx-lm: adapter_config.json and adapters.safetensors"

  package static func contents(
    of adapter: LowRankAdapter, prefix: String
  ) throws(AdapterFormatError) -> AdapterFileContents {
    try requireDottedNames(adapter)
    try requireFactorsOnly(adapter)
    try requireModulesOnly(adapter)
    let convolutions = adapter.modules.filter { $0.kind != .linear }.map(\.name)
    if !convolutions.isEmpty { throw .convolutions(format: name, names: convolutions) }
    let tensors = adapter.modules.flatMap { module -> [AdapterFileContents.NamedTensor] in
      [
        .init("\(module.name).lora_a", Tensor(module.factors.input.transposed())),
        .init(
          "\(module.name).lora_b", Tensor((module.scale * module.factors.output).transposed())),
      ]
    }
    let keys = Set(adapter.modules.map { key(of: $0.name) }).sorted()
    let parameters: [String: JSONValue] = [
      "rank": .integer(adapter.modules.map(\.rank).max() ?? 8), "scale": .double(1),
      "dropout": .double(0), "keys": .array(keys.map { .string($0) }),
    ]
    return AdapterFileContents(
      weightsName: "adapters.safetensors", tensors: tensors, metadata: ["format": "mlx"],
      configuration: .table([
        "fine_tune_type": .string("lora"), "num_layers": .integer(-1),
        "lora_parameters": .table(parameters),
        "model": adapter.baseName.map { .string($0) } ?? .null,
      ]))
  }

  /// What is left of a name after the number of its layer; outside of layers the whole name.
  private static func key(of name: String) -> String {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard let layer = parts.firstIndex(where: { Int($0) != nil }), layer + 1 < parts.count else {
      return name
    }
    return parts[(layer + 1)...].joined(separator: ".")
  }
}

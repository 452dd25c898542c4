import LinearAlgebra

/// A file of kohya-ss' scripts: the names of modules with underscores, and the alpha of each beside its factors.
///
///     lora_unet_down_blocks_0_attn1_to_q.lora_down.weight    A
///     lora_unet_down_blocks_0_attn1_to_q.lora_up.weight      B
///     lora_unet_down_blocks_0_attn1_to_q.alpha               one number
package enum KohyaFormat: AdapterFormat {
  package static let name = "kohya"
  package static let summary = "kohya-ss: one file, lora_down, lora_up and an alpha of each module"
  package static let defaultPrefix: String? = "lora_unet"

  /// Whether a name is one of such files already.
  static func isFlat(_ name: String) -> Bool { name.hasPrefix("lora_") && !name.contains(".") }

  package static func contents(
    of adapter: LowRankAdapter, prefix: String
  ) throws(AdapterFormatError) -> AdapterFileContents {
    try requireFactorsOnly(adapter)
    try requireModulesOnly(adapter)
    var tensors: [AdapterFileContents.NamedTensor] = []
    var seen: Set<String> = []
    for module in adapter.modules {
      let flat = module.name.replacing(".", with: "_")
      let name = isFlat(module.name) ? module.name : "\(prefix)_\(flat)"
      // Different names may become one: a_b.c and a.b_c.
      guard seen.insert(name).inserted else { throw .sharedName(format: Self.name, name: name) }
      tensors += [
        .init("\(name).lora_down.weight", module.inputTensor),
        .init("\(name).lora_up.weight", module.outputTensor),
        .init("\(name).\(Kohya.alpha)", Tensor(shape: [], values: [module.alpha])),
      ]
    }
    let ranks = Set(adapter.modules.map(\.rank))
    return AdapterFileContents(
      weightsName: "lora.safetensors", tensors: tensors,
      metadata: [
        "format": "pt", "ss_network_module": "networks.lora",
        "ss_network_dim": ranks.count == 1 ? "\(ranks.first ?? 0)" : "Dynamic",
        "ss_network_alpha": Set(adapter.modules.map(\.alpha)).count == 1
          ? "\(adapter.modules[0].alpha)" : "Dynamic",
      ], configuration: nil)
  }
}

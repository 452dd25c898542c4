import Documents

/// The file of a pipeline of diffusers: PEFT's tensors under the part of the pipeline, and PEFT's configuration in the
/// header.
///
///     transformer.blocks.0.attn.to_q.lora_A.weight    A
///     transformer.blocks.0.attn.to_q.lora_B.weight    B
///     __metadata__: lora_adapter_metadata             {"transformer.r": 16, …}
///
/// **Source:** diffusers, `loaders/lora_base.py` (`LORA_ADAPTER_METADATA_KEY`, `_pack_dict_with_prefix`).
package enum DiffusersFormat: AdapterFormat {
  package static let name = "diffusers"
  package static let summary = "diffusers: pytorch_lora_weights.safetensors of a part of a pipeline"
  package static let defaultPrefix: String? = "transformer"

  package static func contents(
    of adapter: LowRankAdapter, prefix: String
  ) throws(AdapterFormatError) -> AdapterFileContents {
    try requireDottedNames(adapter)
    try requireFactorsOnly(adapter)
    try requireModulesOnly(adapter)
    let own = LowRankAdapter(
      modules: adapter.modules.map { $0.named(without: "\(prefix).") }, whole: [],
      baseName: adapter.baseName, taskType: nil, isFanInFanOut: adapter.isFanInFanOut)
    let fields = PEFTFormat.fields(of: own)
    let metadata = JSONValue.table(
      Dictionary(uniqueKeysWithValues: fields.map { ("\(prefix).\($0.key)", $0.value) }))
    return AdapterFileContents(
      weightsName: "pytorch_lora_weights.safetensors",
      tensors: own.modules.flatMap { module in
        [
          .init("\(prefix).\(module.name).\(LoRA.inputFactor)", module.inputTensor),
          .init("\(prefix).\(module.name).\(LoRA.outputFactor)", module.outputTensor),
        ]
      },
      metadata: [
        "format": "pt", "lora_adapter_metadata": String(metadata.line.dropLast()),
      ], configuration: nil)
  }
}

extension LowRankModule {
  /// The module without the part of a pipeline that its name may begin with.
  fileprivate func named(without prefix: String) -> LowRankModule {
    name.hasPrefix(prefix)
      ? LowRankModule(
        name: String(name.dropFirst(prefix.count)), kind: kind, factors: factors, alpha: alpha)
      : self
  }
}

import Documents

/// PEFT's folder: `adapter_config.json` and `adapter_model.safetensors`.
///
/// | tensor | shape |
/// | --- | --- |
/// | `base_model.model.<module>.lora_A.weight` | r × in, of a convolution r × in × k… |
/// | `base_model.model.<module>.lora_B.weight` | out × r, of a convolution out × r × 1… |
/// | `base_model.model.<module>.lora_embedding_A` | r × tokens |
/// | `base_model.model.<module>.lora_embedding_B` | features × r |
/// | `base_model.model.<module>.lora_A.weight` of a parameter | E·r × in |
/// | `base_model.model.<module>.lora_B.weight` of a parameter | out × r·E |
/// | `base_model.model.<module>.weight` | as in the base: `modules_to_save` |
/// | `base_model.model.<module>.base_layer.bias` | the bias of an adapted layer, `bias="all"` |
///
/// Several parameters of one module wrap it one after another, in the order in which the module has them: all but the last
/// have `base_layer.` in front of their factors, once for each that follows.
package enum PEFTFormat: AdapterFormat {
  package static let name = "peft"
  package static let summary = "PEFT: adapter_config.json and adapter_model.safetensors"

  package static func contents(
    of adapter: LowRankAdapter, prefix: String
  ) throws(AdapterFormatError) -> AdapterFileContents {
    try requireDottedNames(adapter)
    var tensors: [AdapterFileContents.NamedTensor] = []
    for module in adapter.modules {
      let names =
        module.kind == .embedding
        ? [LoRA.embeddingInputFactor, LoRA.embeddingOutputFactor] : LoRA.factors
      for (name, tensor) in zip(names, [module.inputTensor, module.outputTensor]) {
        tensors.append(
          .init(
            AdapterFileNames.own(
              name, of: wrapper(of: module, in: adapter), isAdapter: true), tensor))
      }
    }
    let adapted = Set(adapter.modules.map { $0.owner?.module ?? $0.name })
    for (position, parameter) in adapter.whole.enumerated() {
      let name =
        parameter.role == .bias && adapted.contains(parameter.module)
        ? "base_layer.\(parameter.parameter)" : parameter.parameter
      tensors.append(
        .init(
          name: AdapterFileNames.own(name, of: parameter.module, isAdapter: true),
          shape: parameter.shape, content: .whole(position)))
    }
    return AdapterFileContents(
      weightsName: "adapter_model.safetensors", tensors: tensors, metadata: ["format": "pt"],
      configuration: .table(fields(of: adapter)))
  }

  /// The fields of `adapter_config.json`. Rank and alpha are those of most modules; patterns name the others.
  static func fields(of adapter: LowRankAdapter) -> [String: JSONValue] {
    let rank = mostCommon(adapter.modules.map(\.rank)) ?? 8
    let alpha = mostCommon(adapter.modules.map(\.alpha)) ?? Double(rank)
    let saved = Set(adapter.whole.filter { $0.role == .savedModule }.map(\.module)).sorted()
    let names = adapter.modules.map(\.name)
    let parameters = adapter.modules.filter { $0.owner != nil }.map(\.name).sorted()
    let ranks = pattern(names, adapter.modules.map(\.rank), usual: rank) { .integer($0) }
    let alphas = pattern(names, adapter.modules.map(\.alpha), usual: alpha, JSONValue.number)
    let own: [String: JSONValue] = [
      "peft_type": .string(LoRA.peftTypes[0]),
      "task_type": adapter.taskType.map { .string($0) } ?? .null,
      "base_model_name_or_path": adapter.baseName.map { .string($0) } ?? .null,
      "inference_mode": .bool(true), "r": .integer(rank), "lora_alpha": .number(alpha),
      "lora_dropout": .number(0), "use_rslora": .bool(false), "use_dora": .bool(false),
      "init_lora_weights": .bool(true), "fan_in_fan_out": .bool(adapter.isFanInFanOut),
      "bias": .string(adapter.whole.contains { $0.role == .bias } ? "all" : "none"),
      "target_modules": .array(
        adapter.modules.filter { $0.owner == nil }.map(\.name).sorted().map { .string($0) }),
      "target_parameters": parameters.isEmpty
        ? .null : .array(parameters.map { .string($0) }),
      "modules_to_save": saved.isEmpty ? .null : .array(saved.map { .string($0) }),
      "rank_pattern": .object(ranks), "alpha_pattern": .object(alphas),
    ]
    return adapter.fields.reduce(into: own) { $0[$1.key] = $1.value }
  }

  /// The module that PEFT puts the factors on: for a parameter its owner, or the layers of it that other parameters wrap.
  private static func wrapper(of module: LowRankModule, in adapter: LowRankAdapter) -> String {
    guard let (owner, parameter) = module.owner else { return module.name }
    let order = LowRankModule.orderOfParameters
    let place = order.firstIndex(of: parameter) ?? order.count
    let outer = adapter.modules.count { other in
      other.owner.map { $0.module == owner && (order.firstIndex(of: $0.parameter) ?? 0) > place }
        ?? false
    }
    return owner + String(repeating: ".base_layer", count: outer)
  }

  /// The entries of the modules that differ from the usual value. PEFT takes a key for the end of a name after a dot, so
  /// where a name ends in another one, both are bound to the beginning.
  private static func pattern<Value: Equatable>(
    _ names: [String], _ values: [Value], usual: Value, _ json: (Value) -> JSONValue
  ) -> [JSONValue.Member] {
    let known = Set(names)
    let ends = Set(names.filter { name in endings(of: name).contains(where: known.contains) })
    let owned = Set(ends.flatMap { name in endings(of: name).filter(known.contains) })
    return zip(names, values).filter { $1 != usual }.map { name, value in
      JSONValue.Member(
        key: (ends.contains(name) || owned.contains(name) ? "^" : "") + name, value: json(value))
    }
  }

  /// `b.c` and `c` of `a.b.c`.
  private static func endings(of name: String) -> [String] {
    name.indices.filter { name[$0] == "." }.map { String(name[name.index(after: $0)...]) }
  }

  /// The smallest of the most frequent values.
  private static func mostCommon<Value: Hashable & Comparable>(_ values: [Value]) -> Value? {
    Dictionary(grouping: values) { $0 }.min {
      ($1.value.count, $0.key) < ($0.value.count, $1.key)
    }?.key
  }
}

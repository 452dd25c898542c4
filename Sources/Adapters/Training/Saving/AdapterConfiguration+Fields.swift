public import Documents

extension AdapterConfiguration {
  /// The fields of `adapter_config.json` that a trained adapter needs; PEFT knows the others' defaults.
  /// - Parameters:
  ///   - options: Those of the training, for what does not change an update.
  ///   - modules: The adapted modules, in their order.
  public func fields(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> [String: JSONValue] {
    let names = JSONValue.array(modules.map { .string($0.name) })
    var fields: [String: JSONValue] = [
      "peft_type": .string(peftType), "task_type": .string("CAUSAL_LM"), "target_modules": names,
      "base_model_name_or_path": baseModel.map { .string($0) } ?? .null,
      "inference_mode": .bool(true),
    ]
    switch peftType {
    case "LORA": fields.merge(loRAFields(options)) { $1 }
    case "ADALORA": fields.merge(adaLoRAFields(options)) { $1 }
    case "MISS":
      fields["r"] = .integer(rank)
      fields["miss_dropout"] = .number(options.dropout)
      fields["init_weights"] = miSS.mode == .bat ? .string("bat") : .bool(true)
    case "VERA":
      fields["r"] = .integer(rank)
      fields["projection_prng_key"] = .integer(Int(clamping: veRA.seed))
      fields["save_projection"] = .bool(true)
      fields["d_initial"] = .number(veRA.initialScale)
    case "IA3":
      fields["feedforward_modules"] = .array(
        modules.filter(\.isFeedForwardOutput).map { .string($0.name) })
    default: break
    }
    return fields
  }

  private func loRAFields(_ options: AdapterOptions) -> [String: JSONValue] {
    [
      "r": .integer(rank), "lora_alpha": Self.exact(alpha),
      "lora_dropout": .number(options.dropout), "bias": .string("none"),
      "use_rslora": .bool(usesRankStabilizedScaling), "use_dora": .bool(usesDoRA),
      "init_lora_weights": .bool(true), "fan_in_fan_out": .bool(false),
    ]
  }

  private func adaLoRAFields(_ options: AdapterOptions) -> [String: JSONValue] {
    var fields = loRAFields(options)
    // PEFT refuses the options of plain LoRA here.
    for name in ["use_rslora", "use_dora"] { fields[name] = .bool(false) }
    fields["init_r"] = .integer(adaLoRA.initialRank)
    fields["target_r"] = .integer(options.budget?.targetRank ?? adaLoRA.initialRank)
    if let budget = options.budget {
      fields["tinit"] = .integer(budget.initialSteps)
      fields["tfinal"] = .integer(budget.finalSteps)
      fields["deltaT"] = .integer(budget.interval)
      fields["beta1"] = .number(budget.importanceDecay)
      fields["beta2"] = .number(budget.uncertaintyDecay)
      fields["orth_reg_weight"] = .number(budget.penaltyWeight)
    }
    fields["total_step"] = .integer(options.budget?.totalSteps ?? 1)
    if let pattern = adaLoRA.rankPattern {
      fields["rank_pattern"] = .table(
        pattern.mapValues { .array($0.map { .bool($0) }) })
    }
    return fields
  }

  /// A whole number without a point, as PEFT's own files have it.
  private static func exact(_ value: Double) -> JSONValue {
    Int(exactly: value).map { .integer($0) } ?? .number(value)
  }
}

package import Documents

// Reads and writes `adapter_config.json`.

extension AdapterConfiguration {
  /// Reads a configuration written by PEFT; missing fields get PEFT's defaults.
  /// - Parameters:
  ///   - json: The whole document.
  ///   - peftType: Its `peft_type`, in capitals.
  /// - Throws: ``AdapterError/field(key:expected:found:)`` for a field of another type than PEFT writes.
  package init(_ json: JSONValue, peftType: String) throws(AdapterError) {
    self.init(peftType: peftType)
    document = json
    let reader = options
    baseModel = try reader.string("base_model_name_or_path")
    targetModules = try reader.moduleNames("target_modules")
    excludedModules = try reader.moduleNames("exclude_modules")
    // LN tuning's may be one name.
    modulesToSave = try reader.oneOrMoreStrings("modules_to_save") ?? []
    rank = try reader.integer("r") ?? Self.defaultRank(of: peftType)
    alpha =
      try reader.double(Self.alphaKey(of: peftType)) ?? Self.defaultAlpha(of: peftType, rank: rank)
    usesRankStabilizedScaling = try reader.boolean("use_rslora") ?? false
    rankPattern = try Self.ranks(reader, peftType: peftType)
    alphaPattern = try reader.pattern("alpha_pattern", expected: "a finite number", \.finite)
    isFanInFanOut = try reader.boolean("fan_in_fan_out") ?? false
    usesDoRA = try reader.boolean("use_dora") ?? false
    if peftType == "LORA" {
      initialization = try Self.initialization(reader)
      unsupportedVariants = Self.variants(json)
      blockDiagonal = try BlockDiagonal(reader)
    }
    targetParameters = try reader.strings("target_parameters") ?? []
    layerReplication = try reader.ranges("layer_replication")
    trainableTokens = try Self.tokens(reader, peftType: peftType)
    invocationTokens = try reader.integers("alora_invocation_tokens") ?? []
    adaLoRA = try AdaLoRA(reader)
    veRA = try VeRA(reader)
    miSS = try MiSS(reader)
    ia3.feedforwardModules = try reader.moduleNames("feedforward_modules") ?? .names([])
    try readMethods(reader)
  }

  private static func defaultRank(of peftType: String) -> Int {
    switch peftType {
    case "VERA": 256
    case "MISS", "BONE": 64
    case "PVERA": 256
    case "RANDLORA": 32
    default: 8
    }
  }

  private static func alphaKey(of peftType: String) -> String {
    switch peftType {
    case "RANDLORA": "randlora_alpha"
    case "GRALORA", "LOHA", "LOKR": "alpha"
    default: "lora_alpha"
    }
  }

  private static func defaultAlpha(of peftType: String, rank: Int) -> Double {
    switch peftType {
    case "RANDLORA": 640
    case "GRALORA": 64
    case "SUPERTUNING": 2 * Double(rank)
    default: 8
    }
  }

  /// AdaLoRA and OSF store something else under this key.
  private static func ranks(
    _ reader: FieldReader, peftType: String
  ) throws(AdapterError) -> PatternTable<Int> {
    guard peftType != "ADALORA", peftType != "OSF" else { return PatternTable() }
    return try reader.pattern("rank_pattern", expected: "an integer", \.integer)
  }

  private static func initialization(
    _ reader: FieldReader
  ) throws(AdapterError) -> Initialization {
    let key = "init_lora_weights"
    switch reader[key] {
    case nil: return .standard
    case .bool(let isStandard): return isStandard ? .standard : .random
    case .string(let name): return Initialization(name: name)
    case let value?: throw reader.unexpected(key, "a boolean or a name", value)
    }
  }

  private static func tokens(
    _ reader: FieldReader, peftType: String
  ) throws(AdapterError) -> TrainableTokenRows {
    let key = peftType == "TRAINABLE_TOKENS" ? "token_indices" : "trainable_token_indices"
    guard let value = reader[key] else { return .none }
    if value.array != nil { return .embedding(try reader.integers(key) ?? []) }
    guard case .object(let members) = value else {
      throw reader.unexpected(key, "an array or an object of row numbers", value)
    }
    var table: [String: [Int]] = [:]
    for member in members {
      let rows = member.value.array?.map(\.integer)
      guard let rows, rows.allSatisfy({ $0 != nil }) else {
        throw reader.unexpected("\(key).\(member.key)", "an array of row numbers", member.value)
      }
      table[member.key] = rows.compactMap(\.self)
    }
    return .modules(table)
  }

  /// The options of LoRA that change how its factors make the update.
  private static func variants(_ json: JSONValue) -> [String] {
    ["use_qalora", "arrow_config"].filter { key in
      json[key].map { !$0.isNull && $0 != .bool(false) } ?? false
    }
  }
}

extension AdapterConfiguration.AdaLoRA {
  fileprivate init(_ reader: FieldReader) throws(AdapterError) {
    self.init()
    initialRank = try reader.integer("init_r") ?? initialRank
    guard reader.peftType == "ADALORA", let value = reader["rank_pattern"] else { return }
    let key = "rank_pattern"
    guard case .object(let members) = value else {
      throw reader.unexpected(key, "an object of arrays", value)
    }
    // Some versions write an empty object where nothing was pruned.
    guard !members.isEmpty else { return }
    var pattern: [String: [Bool]] = [:]
    for member in members {
      let kept = member.value.array?.map(\.boolean)
      guard let kept, kept.allSatisfy({ $0 != nil }) else {
        throw reader.unexpected("\(key).\(member.key)", "an array of booleans", member.value)
      }
      pattern[member.key] = kept.compactMap(\.self)
    }
    rankPattern = pattern
  }
}

extension AdapterConfiguration.VeRA {
  fileprivate init(_ reader: FieldReader) throws(AdapterError) {
    self.init()
    let key = "projection_prng_key"
    if let value = reader[key] {
      guard let seed = value.integer, seed >= 0 else {
        throw reader.unexpected(key, "a seed", value)
      }
      self.seed = UInt64(seed)
    }
    initialScale = try reader.double("d_initial") ?? initialScale
  }
}

extension AdapterConfiguration.MiSS {
  fileprivate init(_ reader: FieldReader) throws(AdapterError) {
    self.init()
    miniRank = try reader.integer("mini_r") ?? miniRank
    mode =
      switch reader["init_weights"]?.string {
      case "mini": .mini
      case "bat": .bat
      default: .plain
      }
  }
}

extension AdapterConfiguration {
  /// The fields of `adapter_config.json` that a trained adapter needs; for all others, PEFT's defaults apply.
  /// - Parameter options: The options of the training, for fields that do not change an update.
  package func fields(options: AdapterOptions) -> [String: JSONValue] {
    var fields: [String: JSONValue] = [
      "peft_type": .string(peftType), "task_type": .string("CAUSAL_LM"),
      "target_modules": targetModules?.json ?? .null,
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
    case "TINYLORA":
      fields["r"] = .integer(rank)
      fields["u"] = .integer(tinyLoRA.vectorSize)
      fields["weight_tying"] = .number(tinyLoRA.weightTying)
      fields["projection_seed"] = .integer(Int(clamping: tinyLoRA.seed))
      fields["save_projection"] = .bool(true)
      fields["tinylora_dropout"] = .number(options.dropout)
    case "IA3":
      fields["feedforward_modules"] = ia3.feedforwardModules.json
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

  /// Writes a whole number without a decimal point, as PEFT does.
  private static func exact(_ value: Double) -> JSONValue {
    Int(exactly: value).map { .integer($0) } ?? .number(value)
  }
}

extension ModuleNames {
  /// A list of names, or an expression, as PEFT writes them.
  fileprivate var json: JSONValue {
    switch self {
    case .names(let names): .array(names.map { .string($0) })
    case .expression(let text): .string(text)
    }
  }
}

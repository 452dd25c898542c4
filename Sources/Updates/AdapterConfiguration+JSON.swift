public import Adapters
public import Checkpoints
public import Documents

extension AdapterConfiguration {
  /// The configuration of a saved adapter; what the file leaves out has PEFT's default.
  /// - Throws: `CheckpointError.unexpectedValue` for a field of another
  ///   type than PEFT writes.
  public init(_ folder: AdapterFolder) throws(CheckpointError) {
    try self.init(
      folder.configuration, peftType: folder.peftType, file: "\(folder.path)/adapter_config.json")
  }

  /// The configuration in a document of PEFT's.
  /// - Parameters:
  ///   - json: The whole document.
  ///   - peftType: Its `peft_type`.
  ///   - file: What to name in errors.
  public init(_ json: JSONValue, peftType: String, file: String) throws(CheckpointError) {
    self.init(peftType: peftType)
    let reader = FieldReader(json: json, file: file, peftType: peftType)
    baseModel = try reader.string("base_model_name_or_path")
    targetModules = try reader.moduleNames("target_modules")
    excludedModules = try reader.moduleNames("exclude_modules")
    modulesToSave = try reader.strings("modules_to_save") ?? []
    rank = try reader.integer("r") ?? Self.defaultRank(of: peftType)
    alpha = try reader.double("lora_alpha") ?? alpha
    usesRankStabilizedScaling = try reader.boolean("use_rslora") ?? false
    rankPattern = try Self.ranks(reader, peftType: peftType)
    alphaPattern = try reader.pattern("alpha_pattern", expected: "a finite number", \.finite)
    isFanInFanOut = try reader.boolean("fan_in_fan_out") ?? false
    usesDoRA = try reader.boolean("use_dora") ?? false
    if peftType == "LORA" {
      initialization = try Self.initialization(reader)
      unsupportedVariants = Self.variants(json)
    }
    bias = try Self.bias(reader)
    targetParameters = try reader.strings("target_parameters") ?? []
    layerReplication = try reader.ranges("layer_replication")
    trainableTokens = try Self.tokens(reader, peftType: peftType)
    invocationTokens = try reader.integers("alora_invocation_tokens") ?? []
    adaLoRA = try AdaLoRA(reader)
    veRA = try VeRA(reader)
    miSS = try MiSS(reader)
    ia3.feedforwardModules = try reader.moduleNames("feedforward_modules") ?? .names([])
  }

  private static func defaultRank(of peftType: String) -> Int {
    switch peftType {
    case "VERA": 256
    case "MISS", "BONE": 64
    default: 8
    }
  }

  /// AdaLoRA keeps something else under the same key.
  private static func ranks(
    _ reader: FieldReader, peftType: String
  ) throws(CheckpointError) -> PatternTable<Int> {
    guard peftType != "ADALORA" else { return PatternTable() }
    return try reader.pattern("rank_pattern", expected: "an integer", \.integer)
  }

  private static func initialization(
    _ reader: FieldReader
  ) throws(CheckpointError) -> Initialization {
    let key = "init_lora_weights"
    switch reader[key] {
    case nil: return .standard
    case .bool(let isStandard): return isStandard ? .standard : .random
    case .string(let name): return Initialization(name: name)
    case let value?: throw reader.unexpected(key, "a boolean or a name", value)
    }
  }

  private static func bias(_ reader: FieldReader) throws(CheckpointError) -> BiasTraining {
    switch try reader.string("bias") {
    case nil, "none": .none
    case "all": .all
    default: .adapted
    }
  }

  private static func tokens(
    _ reader: FieldReader, peftType: String
  ) throws(CheckpointError) -> TrainableTokenRows {
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

  /// The options of LoRA that make something else of its factors.
  private static func variants(_ json: JSONValue) -> [String] {
    let switches = ["use_qalora", "use_bdlora"]
    let settings = ["kasa_config", "monteclora_config", "velora_config", "arrow_config"]
    return switches.filter { key in
      json[key].map { $0 != .null && $0 != .bool(false) } ?? false
    } + settings.filter { json[$0].map { !$0.isNull } ?? false }
  }
}

extension AdapterConfiguration.AdaLoRA {
  fileprivate init(_ reader: FieldReader) throws(CheckpointError) {
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
  fileprivate init(_ reader: FieldReader) throws(CheckpointError) {
    self.init()
    let key = "projection_prng_key"
    if let value = reader[key] {
      guard let seed = value.integer, seed >= 0 else {
        throw reader.unexpected(key, "a seed", value)
      }
      self.seed = UInt64(seed)
    }
    savesProjection = try reader.boolean("save_projection") ?? savesProjection
    initialScale = try reader.double("d_initial") ?? initialScale
  }
}

extension AdapterConfiguration.MiSS {
  fileprivate init(_ reader: FieldReader) throws(CheckpointError) {
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

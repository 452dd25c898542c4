import Checkpoints
package import Documents

/// Reads the fields of a `config.json`, each with a type and a bound.
package struct ConfigurationReader: Sendable {
  let json: JSONValue
  let file: String

  package init(_ json: JSONValue, file: String) {
    self.json = json
    self.file = file
  }

  /// An integer from 1 to ten million.
  func count(_ key: String) throws(CheckpointError) -> Int {
    guard let value = try optionalCount(key) else { throw missing(key, "an integer") }
    return value
  }

  func optionalCount(_ key: String) throws(CheckpointError) -> Int? {
    guard let value = json[key], !value.isNull else { return nil }
    guard let integer = value.integer, (1...10_000_000).contains(integer) else {
      throw unfit(key, "an integer from 1 to 10000000")
    }
    return integer
  }

  func number(_ key: String) throws(CheckpointError) -> Double? {
    guard let value = json[key], !value.isNull else { return nil }
    guard let number = value.double, number.isFinite, number > 0 else {
      throw unfit(key, "a positive number")
    }
    return number
  }

  func flag(_ key: String, default fallback: Bool) throws(CheckpointError) -> Bool {
    guard let value = json[key], !value.isNull else { return fallback }
    guard let flag = value.boolean else { throw unfit(key, "true or false") }
    return flag
  }

  /// The activation, if it is supported.
  func activation(_ keys: [String]) throws(CheckpointError) -> Activation {
    for key in keys {
      guard let name = json[key]?.string else { continue }
      guard let activation = Activation(rawValue: name) else {
        throw unfit(key, Activation.allCases.map(\.rawValue).joined(separator: " or "))
      }
      return activation
    }
    throw missing(keys[0], "a name")
  }

  /// θ and the factor that positions are divided by, for the whole model or for one kind of layers.
  func rope(
    kind: String? = nil, oldKey: String = "rope_theta", default fallback: Double
  ) throws(CheckpointError) -> (base: Double, factor: Double) {
    var place = json["rope_parameters"] ?? .null
    if let kind, let nested = place[kind] { place = nested }
    let scaling = json["rope_scaling"] ?? .null
    let parameters = ConfigurationReader(place, file: file)
    let old = ConfigurationReader(scaling, file: file)
    var factor = 1.0
    for reader in [parameters, old] {
      switch reader.json["rope_type"]?.string ?? reader.json["type"]?.string ?? "default" {
      case "default": break
      case "linear": factor = try reader.number("factor") ?? 1
      case let other:
        throw .unexpectedValue(
          file: file, key: "rope_type", expected: "default or linear", found: "'\(other)'")
      }
    }
    let named = try parameters.number("rope_theta")
    let older = try number(oldKey)
    return (named ?? older ?? fallback, factor)
  }

  /// Throws unless an option has the one value that is supported.
  func require(_ key: String, is expected: Bool) throws(CheckpointError) {
    if try flag(key, default: expected) != expected { throw unfit(key, "\(expected)") }
  }

  func requireAbsent(_ key: String) throws(CheckpointError) {
    if let value = json[key], !value.isNull { throw unfit(key, "null") }
  }

  func missing(_ key: String, _ expected: String) -> CheckpointError {
    .unexpectedValue(file: file, key: key, expected: expected, found: "nothing")
  }

  func unfit(_ key: String, _ expected: String) -> CheckpointError {
    .unexpectedValue(
      file: file, key: key, expected: expected, found: json[key].map { "\($0.short)" } ?? "nothing")
  }

  /// The fields that all families have: sizes, norms, ties, positions.
  func common(modelType: String) throws(CheckpointError) -> DecoderConfiguration {
    let heads = try count("num_attention_heads")
    let width = try count("hidden_size")
    var result = DecoderConfiguration(
      modelType: modelType, vocabularySize: try count("vocab_size"), width: width,
      layers: try count("num_hidden_layers"), heads: heads,
      keyValueHeads: try optionalCount("num_key_value_heads"),
      headWidth: try optionalCount("head_dim"), feedForwardWidth: try count("intermediate_size"),
      normEpsilon: try number("rms_norm_eps") ?? 1e-6,
      maximumPositions: try optionalCount("max_position_embeddings") ?? 2048,
      tiesEmbeddings: try flag("tie_word_embeddings", default: false))
    guard result.headWidth > 0, result.headWidth % 2 == 0, heads % result.keyValueHeads == 0 else {
      throw unfit(
        "num_attention_heads", "a multiple of num_key_value_heads with an even head width")
    }
    result.activation = try activation(["hidden_act", "hidden_activation"])
    return result
  }
}

extension JSONValue {
  /// The value on one line, shortened.
  fileprivate var short: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(_, let literal): literal
    case .string(let text): "'\(text.prefix(40))'"
    case .array(let values): "a list of \(values.count)"
    case .object(let members): "an object of \(members.count)"
    }
  }
}

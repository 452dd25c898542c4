package import Checkpoints
package import Documents

/// The text decoder of Gemma 3: norms with gain 1 + w around both blocks and on queries and keys, a GELU gate, a
/// scaled and tied embedding, and layers with a window, which have their own rotary base.
///
/// **Source:** Gemma team, "Gemma 3 technical report", 2025, arXiv 2503.19786.
package enum Gemma3Family: DecoderFamily {
  package static let modelType = "gemma3_text"
  package static let architecture = "Gemma3ForCausalLM"

  package static func configuration(
    from reader: ConfigurationReader
  ) throws(CheckpointError) -> DecoderConfiguration {
    try reader.require("attention_bias", is: false)
    try reader.require("use_bidirectional_attention", is: false)
    try reader.requireAbsent("attn_logit_softcapping")
    try reader.requireAbsent("final_logit_softcapping")
    var result = try reader.common(modelType: modelType)
    (result.ropeBase, result.ropeFactor) = try reader.rope(
      kind: "full_attention", default: 1_000_000)
    result.localRopeBase = try reader.rope(
      kind: "sliding_attention", oldKey: "rope_local_base_freq", default: 10_000
    ).base
    result.window = try reader.count("sliding_window")
    result.layerHasWindow = try windows(reader, layers: result.layers)
    result.tiesEmbeddings = try reader.flag("tie_word_embeddings", default: true)
    addNorms(to: &result)
    let scalar = try reader.number("query_pre_attn_scalar") ?? Double(result.headWidth)
    result.attentionScale = 1 / scalar.squareRoot()
    return result
  }

  /// Norms around both blocks and on queries and keys, with gain 1 + w, and the scale of the embedding.
  private static func addNorms(to configuration: inout DecoderConfiguration) {
    configuration.normOffset = 1
    configuration.hasPostNorms = true
    configuration.hasQueryKeyNorms = true
    configuration.embeddingScale = Double(configuration.width).squareRoot()
  }

  /// Every second layer sees all tokens, the others the nearest half of the positions: in a small decoder Gemma's own
  /// five of six layers, and its window of 512 or more tokens, would leave nothing of either. The rotary base of layers
  /// with a window is a hundredth of the other one, as in Gemma.
  package static func small(_ sizes: DecoderConfiguration) -> DecoderConfiguration {
    var result = sizes
    result.modelType = modelType
    result.activation = .geluTanh
    result.tiesEmbeddings = true
    addNorms(to: &result)
    result.window = max(1, sizes.maximumPositions / 2)
    result.layerHasWindow = (0..<sizes.layers).map { $0.isMultiple(of: 2) }
    result.localRopeBase = sizes.ropeBase / 100
    return result
  }

  private static func windows(
    _ reader: ConfigurationReader, layers: Int
  ) throws(CheckpointError) -> [Bool] {
    guard let types = reader.json["layer_types"]?.array else {
      let period = try reader.optionalCount("_sliding_window_pattern") ?? 6
      return (1...layers).map { $0 % period != 0 }
    }
    let names = types.compactMap(\.string)
    guard names.count == layers,
      names.allSatisfy({ $0 == "sliding_attention" || $0 == "full_attention" })
    else {
      throw reader.unfit("layer_types", "sliding_attention or full_attention for each layer")
    }
    return names.map { $0 == "sliding_attention" }
  }

  package static func fields(
    of configuration: DecoderConfiguration
  ) -> [String: JSONValue] {
    let scalar = 1 / (configuration.attentionScale * configuration.attentionScale)
    // transformers takes only an integer, from which the scale was rounded.
    let whole = scalar.rounded()
    return [
      "attention_bias": .bool(false),
      "hidden_activation": .string(configuration.activation.rawValue),
      "query_pre_attn_scalar": .number(abs(scalar - whole) < 1e-9 * whole ? whole : scalar),
      "sliding_window": configuration.window.map { .integer($0) } ?? .null,
      "layer_types": .array(
        configuration.layerHasWindow.map { .string($0 ? "sliding_attention" : "full_attention") }),
      "rope_parameters": .table([
        "full_attention": .table([
          "rope_theta": .number(configuration.ropeBase), "rope_type": .string("default"),
        ]),
        "sliding_attention": .table([
          "rope_theta": .number(configuration.localRopeBase ?? configuration.ropeBase),
          "rope_type": .string("default"),
        ]),
      ]),
    ]
  }
}

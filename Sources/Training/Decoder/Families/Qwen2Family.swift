package import Checkpoints
package import Documents

/// Qwen2: Llama with biases on query, key and value.
///
/// **Source:** Yang et al., "Qwen2 technical report", 2024, arXiv 2407.10671.
package enum Qwen2Family: DecoderFamily {
  package static let modelType = "qwen2"
  package static let architecture = "Qwen2ForCausalLM"

  package static func configuration(
    from reader: ConfigurationReader
  ) throws(CheckpointError) -> DecoderConfiguration {
    try reader.require("use_sliding_window", is: false)
    var result = try reader.common(modelType: modelType)
    (result.ropeBase, result.ropeFactor) = try reader.rope(default: 10_000)
    result.hasAttentionBias = true
    return result
  }

  package static func small(_ sizes: DecoderConfiguration) -> DecoderConfiguration {
    var result = sizes
    result.modelType = modelType
    result.hasAttentionBias = true
    return result
  }

  package static func fields(
    of configuration: DecoderConfiguration
  ) -> [String: JSONValue] {
    [
      "use_sliding_window": .bool(false), "sliding_window": .null,
      "rope_theta": .number(configuration.ropeBase),
      "rope_parameters": .table([
        "rope_theta": .number(configuration.ropeBase), "rope_type": .string("default"),
      ]),
    ]
  }
}

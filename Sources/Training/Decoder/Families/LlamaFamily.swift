package import Checkpoints
package import Documents

/// Llama: RMSNorm, rotary positions, grouped queries, SwiGLU, no biases.
///
/// **Source:** Touvron et al., "LLaMA: open and efficient foundation language models", 2023,
/// arXiv 2302.13971.
package enum LlamaFamily: DecoderFamily {
  package static let modelType = "llama"
  package static let architecture = "LlamaForCausalLM"

  package static func configuration(
    from reader: ConfigurationReader
  ) throws(CheckpointError) -> DecoderConfiguration {
    try reader.require("attention_bias", is: false)
    try reader.require("mlp_bias", is: false)
    var result = try reader.common(modelType: modelType)
    (result.ropeBase, result.ropeFactor) = try reader.rope(default: 10_000)
    return result
  }

  package static func small(_ sizes: DecoderConfiguration) -> DecoderConfiguration {
    var result = sizes
    result.modelType = modelType
    return result
  }

  package static func fields(
    of configuration: DecoderConfiguration
  ) -> [String: JSONValue] {
    [
      "attention_bias": .bool(false), "mlp_bias": .bool(false),
      "rope_theta": .number(configuration.ropeBase),
      "rope_parameters": .table([
        "rope_theta": .number(configuration.ropeBase), "rope_type": .string("default"),
      ]),
    ]
  }
}

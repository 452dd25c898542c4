import Checkpoints
import Training

/// The configuration of a model beside the weights of a small decoder.
enum ModelConfigurationTarget: FuzzTarget {
  static let name = "model-configuration"
  static let seeds = "config.json"

  /// Of one layer: width 4, two heads, feed-forward 8, vocabulary 6.
  private static let shapes = [
    ("embed_tokens", "6,4"), ("norm", "4"), ("layers.0.input_layernorm", "4"),
    ("layers.0.post_attention_layernorm", "4"), ("layers.0.self_attn.q_proj", "4,4"),
    ("layers.0.self_attn.k_proj", "4,4"), ("layers.0.self_attn.v_proj", "4,4"),
    ("layers.0.self_attn.o_proj", "4,4"), ("layers.0.mlp.gate_proj", "8,4"),
    ("layers.0.mlp.up_proj", "8,4"), ("layers.0.mlp.down_proj", "4,8"),
  ]

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    try folder.write("config.json", input)
    var offset = 0
    let entries = shapes.map { name, shape in
      let size = shape.split(separator: ",").compactMap { Int($0) }.reduce(4, *)
      defer { offset += size }
      return #""model.\#(name).weight":{"dtype":"F32","shape":[\#(shape)],"#
        + #""data_offsets":[\#(offset),\#(offset + size)]}"#
    }
    try folder.write(
      "model.safetensors", header: Array("{\(entries.joined(separator: ","))}".utf8))
    let model = try DecoderModel<Float>(reading: ModelFolder(path: folder.path))
    _ = model.configurationText(endToken: 0, paddingToken: nil)
  }
}

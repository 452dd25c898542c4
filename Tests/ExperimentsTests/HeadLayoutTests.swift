import Adapters
import Documents
import Experiments
import Spectra
import Testing

/// Which weights are made of attention heads, by names and `config.json`.
@Suite("Heads of a model") struct HeadLayoutTests {
  private func layout(_ configuration: String) throws -> HeadLayout? {
    HeadLayout(try JSONValue(parsing: Array(configuration.utf8)))
  }

  private func heads(
    _ configuration: String, _ module: String, _ rows: Int, _ columns: Int,
    layout: WeightLayout = .outByIn
  ) throws -> HeadBlocks? {
    try self.layout(configuration)?.blocks(
      of: module, layout: layout, shape: OrientedShape(rows: rows, columns: columns))
  }

  private static let qwen = """
    {"hidden_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2}
    """

  @Test(arguments: [
    ("model.layers.0.self_attn.q_proj", 64, 64, Side.left, 4),
    ("model.layers.0.self_attn.k_proj", 32, 64, .left, 2),
    ("model.layers.0.self_attn.v_proj", 32, 64, .left, 2),
    ("model.layers.0.self_attn.o_proj", 64, 64, .right, 4),
    ("encoder.layer.0.attention.self.query", 64, 64, .left, 4),
    ("encoder.layer.0.attention.output.dense", 64, 64, .right, 4),
    ("model.language_model.layers.3.self_attn.q_proj", 64, 64, .left, 4),
  ])
  func `q, k and v are blocks of rows, o of columns`(
    module: String, rows: Int, columns: Int, side: Side, count: Int
  ) throws {
    let found = try #require(try heads(Self.qwen, module, rows, columns))
    #expect(found.side == side && found.count == count)
  }

  @Test(arguments: [
    ("model.layers.0.mlp.up_proj", 64, 64), ("encoder.layer.0.intermediate.dense", 64, 64),
    ("model.embed_tokens", 64, 64), ("h.0.mlp.c_proj", 64, 64),
    // Fused, and not as wide as the configuration says.
    ("h.0.attn.c_attn", 64, 192), ("model.layers.0.self_attn.qkv_proj", 128, 64),
    ("model.layers.0.self_attn.q_proj", 128, 64), ("model.layers.0.linear_attn.q_proj", 64, 64),
  ])
  func `other weights have none`(module: String, rows: Int, columns: Int) throws {
    #expect(try heads(Self.qwen, module, rows, columns) == nil)
  }

  @Test func `a weight stored in × out has its heads on the other side`() throws {
    let gpt2 = #"{"n_embd": 64, "n_head": 4}"#
    let found = try heads(gpt2, "h.0.attn.c_proj", 64, 64, layout: .inByOut)
    #expect(found?.side == .left)
  }

  @Test func `the width of a head is taken as given, and from the text of several models`() throws {
    let gemma = """
      {"text_config": {"hidden_size": 64, "num_attention_heads": 4, "head_dim": 32,
       "num_key_value_heads": 1}, "vision_config": {"num_attention_heads": 2}}
      """
    #expect(try heads(gemma, "layers.0.self_attn.q_proj", 128, 64)?.count == 4)
    #expect(try heads(gemma, "layers.0.self_attn.q_proj", 64, 64) == nil)
    // One head is the whole weight.
    #expect(try heads(gemma, "layers.0.self_attn.k_proj", 32, 64) == nil)
    #expect(try heads(gemma, "vision_tower.layers.0.self_attn.q_proj", 128, 64) == nil)
  }

  @Test(arguments: [
    "{}", "[]", #"{"num_attention_heads": 0}"#, #"{"num_attention_heads": -4}"#,
    #"{"num_attention_heads": "4"}"#, #"{"num_attention_heads": 1e30}"#,
    #"{"num_attention_heads": 9223372036854775807}"#,
  ])
  func `a configuration without a usable number of heads gives none`(text: String) throws {
    #expect(try layout(text) == nil)
  }

  @Test func `without any width the rows must divide`() throws {
    #expect(try heads(#"{"n_head": 4}"#, "attn.q_proj", 64, 10)?.count == 4)
    #expect(try heads(#"{"n_head": 4}"#, "attn.q_proj", 66, 10) == nil)
  }
}

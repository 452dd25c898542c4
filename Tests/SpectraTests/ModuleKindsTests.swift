import Spectra
import Testing

@Suite("Kinds of modules") struct ModuleKindsTests {
  /// The names of two layers.
  private static func layers(_ stack: String, _ modules: [String]) -> [String] {
    (0..<2).flatMap { layer in modules.map { "\(stack).\(layer).\($0)" } }
  }

  /// The kinds of names, each once.
  private static func kinds(of names: [String]) -> Set<String> {
    let kinds = ModuleKinds(of: names)
    return Set(names.map { kinds[$0] })
  }

  @Test func `names of Llama keep their last part`() {
    let parts = ["q_proj", "k_proj", "v_proj", "o_proj"].map { "self_attn.\($0)" }
    let names =
      Self.layers("model.layers", parts + ["mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"])
      + ["model.embed_tokens", "lm_head"]
    #expect(
      Self.kinds(of: names) == [
        "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj",
        "embed_tokens", "lm_head",
      ])
  }

  @Test func `BERT's dense matrices are told apart`() {
    let names =
      Self.layers(
        "encoder.layer",
        [
          "attention.self.query", "attention.output.dense", "intermediate.dense", "output.dense",
        ]) + ["pooler.dense"]
    #expect(
      Self.kinds(of: names) == [
        "query", "attention.output.dense", "intermediate.dense", "output.dense", "pooler.dense",
      ])
  }

  @Test func `GPT-2's two projections are told apart`() {
    let names = Self.layers("h", ["attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"])
    #expect(Self.kinds(of: names) == ["c_attn", "attn.c_proj", "c_fc", "mlp.c_proj"])
  }

  @Test func `two towers are told apart by their names`() {
    let names =
      Self.layers("text_model.encoder.layers", ["self_attn.q_proj"])
      + Self.layers("vision_model.encoder.layers", ["self_attn.q_proj"])
    #expect(Self.kinds(of: names) == ["text_model.q_proj", "vision_model.q_proj"])
    let translation =
      Self.layers("model.encoder.layers", ["self_attn.q_proj"])
      + Self.layers("model.decoder.layers", ["self_attn.q_proj", "encoder_attn.q_proj"])
    #expect(
      Self.kinds(of: translation) == [
        "encoder.self_attn.q_proj", "decoder.self_attn.q_proj", "decoder.encoder_attn.q_proj",
      ])
  }

  @Test func `the experts of a layer are of one kind, its numbered modules are not`() {
    let experts = (0..<4).map { "mlp.experts.\($0).w1" }
    #expect(Self.kinds(of: Self.layers("model.layers", experts)) == ["w1"])
    #expect(Self.kinds(of: Self.layers("blocks", ["mlp.0", "mlp.2"])) == ["mlp.0", "mlp.2"])
    #expect(Self.kinds(of: Self.layers("blocks", ["attn.to_out.0"])) == ["to_out"])
  }

  @Test func `names of any form have a kind`() {
    #expect(Self.kinds(of: ["weight", "0", "a..b", ""]).count == 4)
    let alike = ["a.x.layers.0.q", "a.y.u.layers.0.q", "a.y.v.layers.0.q"]
    #expect(Self.kinds(of: alike).count == 3)
    #expect(
      ModuleIdentity(
        run: "", method: "", seed: nil, step: 0, module: "a.0.output.dense", rows: 1, columns: 1
      ).kind == "dense")
  }
}

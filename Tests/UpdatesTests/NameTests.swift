import Checkpoints
import LinearAlgebra
import Testing
import Updates

/// Names that libraries spell differently. Each is tried in both directions: which side is the older one does not matter.
@Suite("Names that libraries change") struct NameTests {
  @Test(arguments: [
    // Vision-language models before and since transformers 4.52, and as Qwen2-VL's files have them.
    ("language_model.model.layers.0.mlp.up_proj", "model.language_model.layers.0.mlp.up_proj"),
    ("model.layers.0.mlp.up_proj", "model.language_model.layers.0.mlp.up_proj"),
    ("visual.blocks.0.attn.qkv", "model.visual.blocks.0.attn.qkv"),
    ("language_model.lm_head", "lm_head"),
    ("vision_tower.encoder.layers.0.fc1", "model.vision_tower.encoder.layers.0.fc1"),
    // ViT, BEiT, DINOv2, Swin, SegFormer and DETR before and since transformers 5.
    ("vit.encoder.layer.0.attention.attention.query", "vit.layers.0.attention.q_proj"),
    ("vit.encoder.layer.0.attention.output.dense", "vit.layers.0.attention.o_proj"),
    ("vit.encoder.layer.0.intermediate.dense", "vit.layers.0.mlp.fc1"),
    ("vit.encoder.layer.0.output.dense", "vit.layers.0.mlp.fc2"),
    ("encoder.layer.0.attention.attention.value", "encoder.layer.0.attention.v_proj"),
    ("decoder.layers.0.self_attn.out_proj", "decoder.layers.0.self_attn.o_proj"),
    ("decoder.layers.0.fc1", "decoder.layers.0.mlp.fc1"),
    ("decoder.decoder_encoder.layer.0.output.dense", "decoder.decoder_layers.0.mlp.fc2"),
    (
      "swin.encoder.layers.0.blocks.1.attention.self.key",
      "swin.encoder.layers.0.blocks.1.attention.k_proj"
    ),
    (
      "swin.encoder.layers.0.blocks.1.attention.self.relative_position_bias_table",
      "swin.encoder.layers.0.blocks.1.attention.relative_position_bias.relative_position_bias_table"
    ),
    (
      "segformer.encoder.block.1.0.attention.self.sr",
      "segformer.stages.1.blocks.0.attention.sequence_reduction.sequence_reduction"
    ),
    ("segformer.encoder.block.1.0.mlp.dense2", "segformer.stages.1.blocks.0.mlp.fc2"),
    ("segformer.encoder.patch_embeddings.1.proj", "segformer.stages.1.patch_embeddings.proj"),
    ("decode_head.linear_c.2.proj", "decode_head.linear_projections.2.proj"),
    // Wrappers of trainers.
    ("_orig_mod.model.layers.0.q_proj", "model.layers.0.q_proj"),
    ("module.model.layers.0.q_proj", "model.layers.0.q_proj"),
    ("model.layers.0._fsdp_wrapped_module.q_proj", "model.layers.0.q_proj"),
    ("model.layers.0._checkpoint_wrapped_module.mlp._orig_mod.q_proj", "model.layers.0.mlp.q_proj"),
    // Experts of Mixtral and of Qwen-MoE, OLMoE, DeepSeek.
    ("model.layers.0.block_sparse_moe.experts.3.w1", "model.layers.0.mlp.experts.3.gate_proj"),
    ("model.layers.0.block_sparse_moe.experts.3.w2", "model.layers.0.mlp.experts.3.down_proj"),
    ("model.layers.0.block_sparse_moe.gate", "model.layers.0.mlp.gate"),
    ("model.layers.0.block_sparse_moe.gate", "model.layers.0.mlp.router"),
    ("model.layers.0.block_sparse_moe.router.layer", "model.layers.0.block_sparse_moe.router"),
    // A head around a model, and GPT-NeoX's.
    ("bert.encoder.layer.0.attention.self.query", "encoder.layer.0.attention.self.query"),
    ("embed_out", "lm_head"),
  ])
  func `both spellings mean one weight`(first: String, second: String) throws {
    for (own, others) in [(first, second), (second, first)] {
      var generator = SplitMix64(seed: 5)
      let bench = try UpdatesWorkbench()
      let before = generator.matrix(6, 8)
      let base = try bench.model("base", ["\(others).weight": before])
      let after = before + generator.matrix(6, 8)
      let tuned = try bench.model("tuned", ["\(own).weight": after])
      let updates = try CheckpointUpdates(
        of: Checkpoint(step: 1, path: tuned.path, contents: .model), base: base)
      #expect(updates.modules.map(\.module) == [others])
      // Tolerance: the files hold single precision.
      #expect(try (updates.modules[0].matrix() - (after - before)).frobeniusNorm() < 1e-5)
      guard case .namesTranslated(_, tensors: 1)? = updates.findings.first else {
        Issue.record("the other spelling is not told: \(updates.findings)")
        continue
      }
    }
  }

  @Test(arguments: [
    ("bert.LayerNorm.gamma", "bert.LayerNorm.weight"),
    ("bert.layer_norm.beta", "bert.layer_norm.bias"),
    (
      "encoder.pos_conv_embed.conv.weight_g",
      "encoder.pos_conv_embed.conv.parametrizations.weight.original0"
    ),
    ("image_newline", "model.image_newline"),
    ("segformer.encoder.layer_norm.1.weight", "segformer.stages.1.layer_norm.weight"),
    (
      "segformer.encoder.block.0.1.layer_norm_2.bias",
      "segformer.stages.0.blocks.1.layernorm_after.bias"
    ),
    (
      "encoder.layer.0.attention.attention.q_bias",
      "encoder.layer.0.attention.attention.query.bias"
    ),
    (
      "model.layers.1.mlp.moe_statics.e_score_correction_bias",
      "model.layers.1.mlp.gate.moe_statics.e_score_correction_bias"
    ),
  ])
  func `parameters of one module have two spellings`(first: String, second: String) throws {
    for (own, others) in [(first, second), (second, first)] {
      var generator = SplitMix64(seed: 6)
      let bench = try UpdatesWorkbench()
      let matrix = generator.matrix(6, 8)
      let base = try bench.model(
        "base", ["\(others)": Matrix(rows: 1, columns: 8, repeating: 1), "w.weight": matrix])
      let tuned = try bench.model(
        "tuned", ["\(own)": Matrix(rows: 1, columns: 8, repeating: 3), "w.weight": matrix])
      let updates = try CheckpointUpdates(
        of: Checkpoint(step: 1, path: tuned.path, contents: .model), base: base)
      #expect(updates.vectors.map(\.name) == [others])
      #expect(try updates.vectors[0].change() == [Double](repeating: 2, count: 8))
    }
  }

  @Test func `a spelling that two weights share is not used`() throws {
    var generator = SplitMix64(seed: 7)
    let bench = try UpdatesWorkbench()
    let (w, other) = (generator.matrix(6, 8), generator.matrix(4, 8))
    let base = try bench.model(
      "base", ["text.layers.0.q.weight": w, "vision.layers.0.q.weight": w, "head.weight": other])
    let tuned = try bench.model(
      "tuned", ["layers.0.q.weight": w, "head.weight": other])
    let updates = try CheckpointUpdates(
      of: Checkpoint(step: 1, path: tuned.path, contents: .model), base: base)
    #expect(updates.modules.map(\.module) == ["head"])
    #expect(updates.findings.contains(.new(tensors: ["layers.0.q.weight"])))
  }

  @Test func `a spelling whose shape differs is not used`() throws {
    var generator = SplitMix64(seed: 8)
    let bench = try UpdatesWorkbench()
    let w = generator.matrix(6, 8)
    let base = try bench.model("base", ["encoder.layers.0.q.weight": w, "head.weight": w])
    let tuned = try bench.model(
      "tuned", ["audio.encoder.layers.0.q.weight": generator.matrix(6, 5), "head.weight": w])
    let updates = try CheckpointUpdates(
      of: Checkpoint(step: 1, path: tuned.path, contents: .model), base: base)
    #expect(updates.findings.contains(.new(tensors: ["audio.encoder.layers.0.q.weight"])))
  }

  @Test func `the finding shows where names differ, with N for numbers`() throws {
    let translations = Finding.namesTranslated(
      [NameTranslation("a.layers.3.q_proj", "b.c.layers.3.q_proj")], tensors: 12)
    #expect(
      translations.description
        == "12 tensors have other names in the base: 'a.…' is 'b.c.…'")
  }
}

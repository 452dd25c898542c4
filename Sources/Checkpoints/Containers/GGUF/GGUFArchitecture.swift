/// How the tensors of an architecture of llama.cpp are named and changed when a model of transformers is converted.
///
/// **Source:** `gguf.tensor_mapping` (gguf 0.19) and `convert_hf_to_gguf.py` of llama.cpp.
struct GGUFArchitecture: Sendable {
  /// `model_type` of transformers.
  let modelType: String
  /// Names outside the layers, without `.weight` and `.bias`.
  let outside: [String: String]
  /// The beginning of the names inside a layer; `#` stands for its number.
  let layer: String
  /// Names inside a layer.
  let inside: [String: String]
  /// Rows of queries and keys were reordered, from two halves of a head to alternating rows.
  var isRotated = false
  /// 1 was added to the gain of every norm, so it is taken off again.
  var addsToNorms = false
  /// Weights of these are stored in × out by the model's library.
  var transposed: Set<String> = []
  /// The rows of queries, keys and values were sorted, from one head after another to one kind after another.
  var sortsQueriesKeysValues = false
  /// Whether the head shares the embedding even if the file has an output.
  var isAlwaysTied = false

  /// Tensors that llama.cpp computes and no model has.
  static let computed: Set<String> = [
    "rope_freqs", "rope_factors_long", "rope_factors_short", "attn_rot_embd",
  ]

  /// The architectures by the name in `general.architecture`.
  static let all: [String: GGUFArchitecture] = {
    var all = decoders
    all.merge(olderDecoders) { $1 }
    all.merge(encoders) { $1 }
    return all
  }()
}

// MARK: Decoders with the names of Llama

extension GGUFArchitecture {
  private static let llamaOutside = [
    "token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head",
  ]

  private static let llamaInside = [
    "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm", "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
  ]

  /// Experts of Qwen and OLMoE; `%` stands for the number of the expert.
  private static let qwenExperts = [
    "ffn_gate_inp": "mlp.gate", "ffn_gate_exps": "mlp.experts.%.gate_proj",
    "ffn_up_exps": "mlp.experts.%.up_proj", "ffn_down_exps": "mlp.experts.%.down_proj",
    "ffn_gate_inp_shexp": "mlp.shared_expert_gate",
    "ffn_gate_shexp": "mlp.shared_expert.gate_proj", "ffn_up_shexp": "mlp.shared_expert.up_proj",
    "ffn_down_shexp": "mlp.shared_expert.down_proj",
  ]

  private static let mixtralExperts = [
    "ffn_gate_inp": "block_sparse_moe.gate", "ffn_gate_exps": "block_sparse_moe.experts.%.w1",
    "ffn_up_exps": "block_sparse_moe.experts.%.w3",
    "ffn_down_exps": "block_sparse_moe.experts.%.w2",
  ]

  private static let deepSeek = [
    "attn_q_a": "self_attn.q_a_proj", "attn_q_a_norm": "self_attn.q_a_layernorm",
    "attn_q_b": "self_attn.q_b_proj", "attn_kv_a_mqa": "self_attn.kv_a_proj_with_mqa",
    "attn_kv_a_norm": "self_attn.kv_a_layernorm", "attn_kv_b": "self_attn.kv_b_proj",
    "ffn_gate_inp": "mlp.gate", "exp_probs_b": "mlp.gate.e_score_correction",
    "ffn_gate_exps": "mlp.experts.%.gate_proj", "ffn_up_exps": "mlp.experts.%.up_proj",
    "ffn_down_exps": "mlp.experts.%.down_proj", "ffn_gate_shexp": "mlp.shared_experts.gate_proj",
    "ffn_up_shexp": "mlp.shared_experts.up_proj", "ffn_down_shexp": "mlp.shared_experts.down_proj",
  ]

  private static let normsOnBothSides = [
    "post_attention_norm": "post_attention_layernorm", "ffn_norm": "pre_feedforward_layernorm",
    "post_ffw_norm": "post_feedforward_layernorm",
  ]

  private static func llama(
    _ modelType: String, _ changes: [String: String] = [:], outside: [String: String] = [:],
    isRotated: Bool = false, addsToNorms: Bool = false
  ) -> GGUFArchitecture {
    GGUFArchitecture(
      modelType: modelType, outside: llamaOutside.merging(outside) { $1 },
      layer: "model.layers.#.", inside: llamaInside.merging(changes) { $1 },
      isRotated: isRotated, addsToNorms: addsToNorms)
  }

  private static let decoders: [String: GGUFArchitecture] = [
    "llama": llama("llama", mixtralExperts, isRotated: true),
    "mistral3": llama("mistral3", isRotated: true), "smollm3": llama("smollm3", isRotated: true),
    "granite": llama("granite", isRotated: true), "minicpm": llama("minicpm", isRotated: true),
    "arcee": llama("arcee", isRotated: true), "olmo": llama("olmo", isRotated: true),
    "olmo2": llama("olmo2", normsOnBothSides.filter { $0.key != "ffn_norm" }),
    "olmoe": llama("olmoe", qwenExperts),
    "qwen2": llama("qwen2"), "qwen2vl": llama("qwen2_vl"), "qwen3": llama("qwen3"),
    "qwen2moe": llama("qwen2_moe", qwenExperts), "qwen3moe": llama("qwen3_moe", qwenExperts),
    "gemma": llama("gemma", addsToNorms: true),
    "gemma2": llama("gemma2", normsOnBothSides, addsToNorms: true),
    "gemma3": llama("gemma3_text", normsOnBothSides, addsToNorms: true),
    "deepseek": llama("deepseek", deepSeek), "deepseek2": llama("deepseek_v3", deepSeek),
    "phi3": llama("phi3", ["attn_qkv": "self_attn.qkv_proj", "ffn_up": "mlp.gate_up_proj"]),
    "phi2": llama(
      "phi", ["attn_output": "self_attn.dense", "ffn_up": "mlp.fc1", "ffn_down": "mlp.fc2"],
      outside: ["output_norm": "model.final_layernorm"]),
    "starcoder2": llama("starcoder2", ["ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj"]),
    "stablelm": llama("stablelm"), "command-r": llama("cohere"), "cohere2": llama("cohere2"),
    "nemotron": llama("nemotron", addsToNorms: true),
  ]
}

// MARK: Decoders with names of their own

extension GGUFArchitecture {
  private static let gpt2Outside = [
    "token_embd": "transformer.wte", "position_embd": "transformer.wpe",
    "output_norm": "transformer.ln_f", "output": "lm_head",
  ]

  private static let gpt2Inside = [
    "attn_norm": "ln_1", "attn_qkv": "attn.c_attn", "attn_output": "attn.c_proj",
    "ffn_norm": "ln_2",
    "ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj",
  ]

  private static let bloomInside = [
    "attn_norm": "input_layernorm", "attn_qkv": "self_attention.query_key_value",
    "attn_output": "self_attention.dense", "ffn_norm": "post_attention_layernorm",
    "ffn_up": "mlp.dense_h_to_4h", "ffn_down": "mlp.dense_4h_to_h",
  ]

  private static let bloomOutside = [
    "token_embd": "transformer.word_embeddings",
    "token_embd_norm": "transformer.word_embeddings_layernorm", "output_norm": "transformer.ln_f",
    "output": "lm_head",
  ]

  private static let olderDecoders: [String: GGUFArchitecture] = [
    "gpt2": GGUFArchitecture(
      modelType: "gpt2", outside: gpt2Outside, layer: "transformer.h.#.", inside: gpt2Inside,
      transposed: ["attn_qkv", "attn_output", "ffn_up", "ffn_down"]),
    "starcoder": GGUFArchitecture(
      modelType: "gpt_bigcode", outside: gpt2Outside, layer: "transformer.h.#.", inside: gpt2Inside),
    "gptneox": GGUFArchitecture(
      modelType: "gpt_neox",
      outside: [
        "token_embd": "gpt_neox.embed_in", "output_norm": "gpt_neox.final_layer_norm",
        "output": "embed_out",
      ],
      layer: "gpt_neox.layers.#.",
      inside: bloomInside.merging(
        ["attn_qkv": "attention.query_key_value", "attn_output": "attention.dense"]) { $1 },
      sortsQueriesKeysValues: true),
    "bloom": GGUFArchitecture(
      modelType: "bloom", outside: bloomOutside, layer: "transformer.h.#.", inside: bloomInside,
      sortsQueriesKeysValues: true, isAlwaysTied: true),
    "falcon": GGUFArchitecture(
      modelType: "falcon", outside: bloomOutside, layer: "transformer.h.#.",
      // Falcon 40B has two norms before both parts of a layer; then `attn_norm` is that of the second part.
      inside: bloomInside.merging(["attn_norm_2": "ln_attn"]) { $1 }, isAlwaysTied: true),
    "mpt": GGUFArchitecture(
      modelType: "mpt",
      outside: [
        "token_embd": "transformer.wte", "output_norm": "transformer.norm_f", "output": "lm_head",
      ],
      layer: "transformer.blocks.#.",
      inside: [
        "attn_norm": "norm_1", "attn_qkv": "attn.Wqkv", "attn_output": "attn.out_proj",
        "ffn_norm": "norm_2", "ffn_up": "ffn.up_proj", "ffn_down": "ffn.down_proj",
      ]),
  ]
}

// MARK: Encoders

extension GGUFArchitecture {
  private static let encoders: [String: GGUFArchitecture] = [
    "bert": GGUFArchitecture(
      modelType: "bert",
      outside: [
        "token_embd": "embeddings.word_embeddings",
        "token_types": "embeddings.token_type_embeddings",
        "position_embd": "embeddings.position_embeddings",
        "token_embd_norm": "embeddings.LayerNorm",
      ],
      layer: "encoder.layer.#.",
      inside: [
        "attn_q": "attention.self.query", "attn_k": "attention.self.key",
        "attn_v": "attention.self.value", "attn_output": "attention.output.dense",
        "attn_output_norm": "attention.output.LayerNorm", "ffn_up": "intermediate.dense",
        "ffn_down": "output.dense", "layer_output_norm": "output.LayerNorm",
      ]),
    "nomic-bert": GGUFArchitecture(
      modelType: "nomic_bert",
      outside: [
        "token_embd": "embeddings.word_embeddings",
        "token_types": "embeddings.token_type_embeddings",
        "token_embd_norm": "emb_ln",
      ],
      layer: "encoder.layers.#.",
      inside: [
        "attn_qkv": "attn.Wqkv", "attn_output": "attn.out_proj", "attn_output_norm": "norm1",
        "ffn_up": "mlp.fc11", "ffn_gate": "mlp.fc12", "ffn_down": "mlp.fc2",
        "layer_output_norm": "norm2",
      ]),
    "t5": t5("t5"), "t5encoder": t5("t5"),
  ]

  private static func t5(_ modelType: String) -> GGUFArchitecture {
    var inside: [String: String] = [:]
    for (side, long, feedForward) in [("enc", "encoder", 1), ("dec", "decoder", 2)] {
      let block = "\(long).block.#.layer."
      for part in ["q", "k", "v", "o"] {
        inside["\(side).attn_\(part)"] = "\(block)0.SelfAttention.\(part)"
        inside["\(side).cross_attn_\(part)"] = "\(block)1.EncDecAttention.\(part)"
      }
      inside["\(side).attn_rel_b"] = "\(block)0.SelfAttention.relative_attention_bias"
      inside["\(side).attn_norm"] = "\(block)0.layer_norm"
      inside["\(side).cross_attn_norm"] = "\(block)1.layer_norm"
      inside["\(side).ffn_norm"] = "\(block)\(feedForward).layer_norm"
      inside["\(side).ffn_gate"] = "\(block)\(feedForward).DenseReluDense.wi_0"
      inside["\(side).ffn_up"] = "\(block)\(feedForward).DenseReluDense.wi_1"
      inside["\(side).ffn_down"] = "\(block)\(feedForward).DenseReluDense.wo"
    }
    return GGUFArchitecture(
      modelType: modelType,
      outside: [
        "token_embd": "shared", "output": "lm_head", "enc.output_norm": "encoder.final_layer_norm",
        "dec.output_norm": "decoder.final_layer_norm",
      ],
      layer: "", inside: inside)
  }
}

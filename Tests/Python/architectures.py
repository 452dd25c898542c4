"""Small models of many architectures, as the configurations of transformers describe them."""

TEXT = dict(vocab_size=96, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, head_dim=8, max_position_embeddings=64, pad_token_id=0, bos_token_id=1,
            eos_token_id=2)
# Mixtures of experts: the down projections are square, so that nothing but the right layout fits.
# Models whose heads are not grouped, or whose configuration has no size of a head.
PLAIN = {key: TEXT[key] for key in TEXT if key not in ("num_key_value_heads", "head_dim")}
GROUPED = {key: TEXT[key] for key in TEXT if key != "head_dim"}
EXPERTS = dict(num_experts=4, num_local_experts=4, n_routed_experts=4, num_experts_per_tok=2)
VISION = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, image_size=16,
              patch_size=8)
# Encoders and decoders, with the names of BART and those of Marian and Whisper.
STACKS = dict(vocab_size=96, d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4,
              decoder_attention_heads=4, encoder_ffn_dim=48, decoder_ffn_dim=48, max_position_embeddings=64,
              pad_token_id=0, bos_token_id=1, eos_token_id=2, decoder_start_token_id=1)
SPEECH = dict(vocab_size=32, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
              conv_dim=(16, 16), conv_stride=(2, 2), conv_kernel=(3, 3), num_feat_extract_layers=2,
              num_conv_pos_embeddings=8, num_conv_pos_embedding_groups=2)
SSM = dict(vocab_size=96, hidden_size=32, state_size=8, num_hidden_layers=2)
DEEPSEEK = dict(TEXT, q_lora_rank=16, kv_lora_rank=8, qk_rope_head_dim=4, qk_nope_head_dim=8, v_head_dim=8,
                moe_intermediate_size=32, n_shared_experts=1, first_k_dense_replace=1, n_group=1, topk_group=1,
                num_key_value_heads=4, head_dim=4, **EXPERTS)


def text(model_type: str, **changes):
    return dict(TEXT, model_type=model_type, **changes)


def vision(model_type: str, **changes):
    return dict(VISION, model_type=model_type) | changes


QWEN_VISION = dict(depth=2, embed_dim=32, hidden_size=32, num_heads=4, patch_size=8, mlp_ratio=2, intermediate_size=48,
                   out_hidden_size=32, fullatt_block_indexes=[1], temporal_patch_size=1, spatial_merge_size=2,
                   num_position_embeddings=16, deepstack_visual_indexes=[0])
ROPE = dict(rope_type="default", mrope_section=[1, 1, 2], rope_theta=10000.0)
PARTS = dict(image_token_id=5, video_token_id=6, vision_start_token_id=7, vision_end_token_id=8, pad_token_id=0)

# The name of the architecture in transformers, the class that builds it (AutoModel…), the fields of its configuration.
ARCHITECTURES = [
    # Dense decoders.
    *((name, "ForCausalLM", TEXT) for name in (
        "llama", "qwen3", "gemma", "gemma2", "gemma3_text", "mistral", "ministral", "smollm3", "olmo2", "olmo3", "glm",
        "glm4", "helium", "exaone4", "arcee", "seed_oss", "apertus", "nemotron", "hunyuan_v1_dense", "ernie4_5")),
    *((name, "ForCausalLM", GROUPED) for name in (
        "qwen2", "olmo", "cohere", "cohere2", "granite", "stablelm", "starcoder2", "phi", "phi3")),
    *((name, "ForCausalLM", PLAIN) for name in ("gpt_neox", "persimmon", "biogpt", "xglm", "codegen", "gptj")),
    ("gpt2", "ForCausalLM", dict(PLAIN, n_embd=32, n_layer=2, n_head=4)),
    ("gpt_bigcode", "ForCausalLM", dict(PLAIN, n_embd=32, n_layer=2, n_head=4)),
    ("gpt_neo", "ForCausalLM", dict(PLAIN, num_layers=2, num_heads=4, attention_types=[[["global", "local"], 1]])),
    ("openai-gpt", "ForCausalLM", dict(vocab_size=96, n_embd=32, n_layer=2, n_head=4, n_positions=64)),
    ("opt", "ForCausalLM", dict(PLAIN, ffn_dim=48, word_embed_proj_dim=16)),
    ("bloom", "ForCausalLM", dict(vocab_size=96, hidden_size=32, n_layer=2, n_head=4)),
    ("falcon", "ForCausalLM", dict(PLAIN, new_decoder_architecture=True, num_kv_heads=2)),
    ("mpt", "ForCausalLM", dict(vocab_size=96, d_model=32, n_layers=2, n_heads=4)),
    # Mixtures of experts.
    *((name, "ForCausalLM", dict(TEXT, moe_intermediate_size=32, shared_expert_intermediate_size=24, **EXPERTS))
      for name in ("mixtral", "qwen2_moe", "qwen3_moe", "gpt_oss", "glm4_moe", "ernie4_5_moe", "minimax_m2")),
    *((name, "ForCausalLM", dict(GROUPED, shared_intermediate_size=24, **EXPERTS))
      for name in ("olmoe", "granitemoe", "granitemoeshared", "phimoe")),
    ("qwen3_next", "ForCausalLM", dict(TEXT, moe_intermediate_size=32, shared_expert_intermediate_size=24,
                                       linear_num_value_heads=4, linear_num_key_heads=2, linear_key_head_dim=8,
                                       linear_value_head_dim=8,
                                       layer_types=["linear_attention", "full_attention"], **EXPERTS)),
    ("deepseek_v2", "ForCausalLM", DEEPSEEK),
    ("deepseek_v3", "ForCausalLM", DEEPSEEK),
    ("dbrx", "ForCausalLM", dict(d_model=32, n_heads=4, n_layers=2, max_seq_len=64, vocab_size=96,
                                 attn_config=dict(kv_n_heads=2, clip_qkv=8.0, rope_theta=10000.0),
                                 ffn_config=dict(ffn_hidden_size=24, moe_num_experts=4, moe_top_k=2, hidden_size=32))),
    ("jetmoe", "ForCausalLM", dict(TEXT, kv_channels=8, **EXPERTS)),
    ("llama4_text", "ForCausalLM", dict(TEXT, intermediate_size_mlp=48, interleave_moe_layer_step=2, **EXPERTS)),
    # State spaces and their mixtures.
    ("mamba", "ForCausalLM", SSM),
    ("mamba2", "ForCausalLM", dict(SSM, num_heads=8, head_dim=8, n_groups=2)),
    ("jamba", "ForCausalLM", dict(GROUPED, mamba_d_state=8, attn_layer_period=2, attn_layer_offset=1,
                                  expert_layer_period=2, expert_layer_offset=1, use_mamba_kernels=False, **EXPERTS)),
    ("lfm2", "ForCausalLM", dict(GROUPED, layer_types=["conv", "full_attention"])),
    # Vision and language.
    ("llava", "ForImageTextToText", dict(vision_config=vision("clip_vision_model"), text_config=text("llama"))),
    ("llava_next", "ForImageTextToText", dict(vision_config=vision("clip_vision_model"), text_config=text("llama"))),
    ("llava_onevision", "ForImageTextToText", dict(vision_config=vision("siglip_vision_model"),
                                                   text_config=text("qwen2"))),
    ("qwen2_vl", "ForImageTextToText", dict(
        PARTS, vision_config=QWEN_VISION, text_config=dict(GROUPED, model_type="qwen2_vl_text", rope_parameters=ROPE))),
    ("qwen2_5_vl", "ForImageTextToText", dict(
        PARTS, vision_config=QWEN_VISION,
        text_config=dict(GROUPED, model_type="qwen2_5_vl_text", rope_parameters=ROPE))),
    ("qwen3_vl", "ForImageTextToText", dict(
        PARTS, vision_config=QWEN_VISION, text_config=text("qwen3_vl_text", rope_parameters=ROPE))),
    ("qwen3_vl_moe", "ForImageTextToText", dict(
        PARTS, vision_config=QWEN_VISION,
        text_config=text("qwen3_vl_moe_text", rope_parameters=ROPE, moe_intermediate_size=32, **EXPERTS))),
    ("idefics3", "ForImageTextToText", dict(vision_config=VISION, text_config=text("llama"), scale_factor=2)),
    ("smolvlm", "ForImageTextToText", dict(vision_config=VISION, text_config=text("llama"), scale_factor=2)),
    ("paligemma", "ForImageTextToText", dict(vision_config=vision("siglip_vision_model"), text_config=text("gemma"),
                                             projection_dim=32)),
    ("gemma3", "ForImageTextToText", dict(vision_config=vision("siglip_vision_model"), text_config=text("gemma3_text"),
                                          mm_tokens_per_image=4)),
    ("internvl", "ForImageTextToText", dict(
        vision_config=dict(VISION, image_size=[16, 16], patch_size=[8, 8]), text_config=text("qwen2"))),
    ("mistral3", "ForImageTextToText", dict(vision_config=vision("pixtral", head_dim=8), text_config=text("mistral"))),
    ("blip-2", "ForImageTextToText", dict(
        vision_config=VISION, text_config=dict(PLAIN, model_type="opt", ffn_dim=48, word_embed_proj_dim=32),
        qformer_config=dict(PLAIN, encoder_hidden_size=32), num_query_tokens=4)),
    ("qwen2_audio", "ForSeq2SeqLM", dict(
        audio_config=dict(num_mel_bins=16, encoder_layers=2, encoder_attention_heads=4, encoder_ffn_dim=48, d_model=32,
                          max_source_positions=32), text_config=text("qwen2"))),
    ("mllama", "ForImageTextToText", dict(
        vision_config=dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_global_layers=1,
                           attention_heads=4, image_size=16, patch_size=8, vision_output_dim=96,
                           intermediate_layers_indices=[0, 1], max_num_tiles=2,
                           supported_aspect_ratios=[[1, 1], [1, 2], [2, 1]]),
        text_config=dict(TEXT, num_hidden_layers=3, cross_attention_layers=[1]))),
    # Encoders.
    *((name, "ForMaskedLM", PLAIN) for name in ("bert", "roberta", "electra", "deberta-v2", "modernbert", "mpnet",
                                                "xlm-roberta", "camembert")),
    ("deberta", "ForMaskedLM", dict(PLAIN, relative_attention=True, pos_att_type=["c2p", "p2c"])),
    ("bert", "ForSequenceClassification", PLAIN),
    ("albert", "ForMaskedLM", dict(PLAIN, embedding_size=16)),
    ("distilbert", "ForMaskedLM", dict(vocab_size=96, dim=32, hidden_dim=48, n_layers=2, n_heads=4)),
    # Encoders and decoders.
    *((name, "ForSeq2SeqLM", dict(vocab_size=96, d_model=32, d_kv=8, d_ff=48, num_layers=2, num_decoder_layers=2,
                                  num_heads=4, decoder_start_token_id=0, pad_token_id=0)) for name in ("t5", "mt5", "umt5")),
    *((name, "ForSeq2SeqLM", STACKS) for name in ("bart", "marian", "pegasus", "mbart", "m2m_100", "blenderbot")),
    # Speech.
    ("whisper", "ForSpeechSeq2Seq", dict(STACKS, num_mel_bins=16, max_source_positions=32, max_target_positions=32)),
    *((name, "ForCTC", SPEECH) for name in ("wav2vec2", "hubert", "wavlm")),
    # Vision.
    *((name, "ForImageClassification", VISION) for name in ("vit", "dinov2", "dinov2_with_registers", "beit")),
    ("deit", "ForImageClassification", dict(VISION, architectures=["DeiTForImageClassification"])),
    ("vit_mae", "ForPreTraining", dict(VISION, decoder_hidden_size=32, decoder_num_hidden_layers=2,
                                       decoder_num_attention_heads=4, decoder_intermediate_size=48)),
    ("dinov3_vit", "", VISION),
    *((name, "", VISION) for name in ("clip_vision_model", "siglip_vision_model")),
    ("clip_text_model", "", dict(PLAIN, projection_dim=16)),
    ("vilt", "", dict(PLAIN, image_size=16, patch_size=8)),
    ("videomae", "ForVideoClassification", dict(VISION, num_frames=4, tubelet_size=2)),
    ("audio-spectrogram-transformer", "ForAudioClassification", dict(VISION, max_length=32, num_mel_bins=16)),
    ("dpt", "ForDepthEstimation", dict(VISION, num_hidden_layers=4, backbone_out_indices=[0, 1, 2, 3], is_hybrid=False,
                                       neck_hidden_sizes=[16] * 4, fusion_hidden_size=16)),
    ("swin", "ForImageClassification", dict(image_size=16, patch_size=4, embed_dim=16, depths=[1, 1], num_heads=[2, 2],
                                            window_size=2)),
    ("convnext", "ForImageClassification", dict(hidden_sizes=[16, 16], depths=[1, 1], num_stages=2, image_size=16)),
    ("resnet", "ForImageClassification", dict(embedding_size=8, hidden_sizes=[16, 16], depths=[1, 1])),
    ("segformer", "ForSemanticSegmentation", dict(hidden_sizes=[16, 16, 16, 16], depths=[1, 1, 1, 1],
                                                  num_attention_heads=[1, 1, 2, 2], decoder_hidden_size=16)),
    *((name, "", dict(vision_config=VISION, text_config=dict(PLAIN), projection_dim=16))
      for name in ("clip", "siglip", "siglip2")),
    ("detr", "ForObjectDetection", dict(
        d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4, decoder_attention_heads=4,
        encoder_ffn_dim=48, decoder_ffn_dim=48, num_queries=4, use_timm_backbone=False, use_pretrained_backbone=False,
        backbone=None, backbone_config=dict(model_type="resnet", embedding_size=8, hidden_sizes=[16, 16], depths=[1, 1],
                                            out_features=["stage2"]))),
]

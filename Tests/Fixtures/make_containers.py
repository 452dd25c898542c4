"""Write files of PyTorch, NumPy and llama.cpp, and what they hold.

Every element of a tensor follows from its name and place (`fill`), so that the tests know what to expect. `blocks.gguf`
holds random blocks of every quantised type, `blocks.safetensors` what gguf.quants makes of them. `gguf/ARCH.gguf` are
small models of transformers, named by gguf.TensorNameMap and changed as llama.cpp's convert_hf_to_gguf.py changes them;
`gguf/models.json` has the names and shapes of the models' own state dictionaries.

Written with torch 2.13.0, numpy 2.4.6, gguf 0.19.0, transformers 5.24.0, safetensors 0.8.0.
"""

import argparse
import json
import warnings
from collections import OrderedDict
from pathlib import Path

import gguf
import numpy as np
import safetensors.numpy
import torch
import transformers
from gguf import GGMLQuantizationType as Type

warnings.filterwarnings("ignore")
transformers.utils.logging.set_verbosity_error()
FOLDER = Path(__file__).resolve().parent / "containers"
SPECIAL = {"F32", "F16", "BF16", "F64", "I8", "I16", "I32", "I64", "Q8_1", "Q8_K", "Q1_0"}


def fill(name, shape):
    """Numbers that single and half precision hold: they depend on the name and on the place."""
    first = sum(name.encode()) % 97
    count = int(np.prod(shape))
    return (first + np.arange(count, dtype=np.float32) / 64).reshape(shape).astype(np.float32)


def tensor(name, shape, dtype=torch.float32):
    return torch.from_numpy(fill(name, shape)).to(dtype)


# PyTorch and NumPy ------------------------------------------------------------------------------


def state():
    shared = tensor("shared", (4, 6))
    return OrderedDict(
        plain=tensor("plain", (3, 5)),
        transposed=tensor("transposed", (5, 3)).T,
        rows=shared[1:3],
        columns=shared[:, 2:5],
        every_second=tensor("every_second", (8,))[::2],
        permuted=tensor("permuted", (2, 3, 4)).permute(2, 0, 1),
        shared=shared,
        scalar=tensor("scalar", ()),
        empty=torch.zeros(0, 4),
        half=tensor("half", (4,), torch.float16),
        bfloat=torch.tensor([1.5, -2.0], dtype=torch.bfloat16),
        double=tensor("double", (3,), torch.float64),
        integers=torch.tensor([-1, 2**40]),
        flags=torch.tensor([True, False]),
        parameter=torch.nn.Parameter(tensor("parameter", (2, 2))),
        float8=torch.tensor([1.0, -448.0]).to(torch.float8_e4m3fn),
        wide=torch.tensor([1, 65535], dtype=torch.uint16),
    )


def write_pytorch():
    folder = FOLDER / "pytorch"
    folder.mkdir(parents=True, exist_ok=True)
    values = state()
    module = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    torch.save(values, folder / "zip.pt")
    torch.save(values, folder / "protocol-5.pt", pickle_protocol=5)
    legacy = OrderedDict((k, v) for k, v in values.items() if k not in ("float8", "wide"))
    torch.save(legacy, folder / "legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(module.state_dict(), folder / "module.pt")
    plain = {"plain": tensor("plain", (3, 5))}
    optimizer = {"state": {0: {"exp_avg": tensor("m", (2,))}}, "param_groups": [{"lr": 1e-3}]}
    torch.save(
        {"epoch": 3, "loss": 0.5, "state_dict": plain, "optimizer_states": [optimizer], "optimizer": optimizer},
        folder / "nested.ckpt",
    )
    torch.save({"model": plain, "ema": plain}, folder / "two-maps.pt")
    torch.save({"state_dict": plain, "args": argparse.Namespace(lr=1)}, folder / "namespace.pt")
    torch.save(tensor("single", (2,)), folder / "single.pt")
    torch.save({"x": torch.eye(2).to_sparse()}, folder / "sparse.pt")
    expected = {
        name: {"shape": list(value.shape), "values": value.detach().double().flatten().tolist()}
        for name, value in values.items()
    }
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


def write_numpy():
    folder = FOLDER / "numpy"
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {
        "plain": fill("plain", (3, 5)),
        "layers.0.weight": np.asfortranarray(fill("layers.0.weight", (3, 4))),
        "half": fill("half", (4,)).astype(np.float16),
        "scalar": fill("scalar", ()),
        "cube": np.asfortranarray(fill("cube", (2, 3, 4))),
    }
    np.savez(folder / "arrays.npz", **arrays)
    np.savez_compressed(folder / "compressed.npz", plain=arrays["plain"])
    np.savez(folder / "objects.npz", plain=np.array([None, 1], dtype=object))


# llama.cpp --------------------------------------------------------------------------------------


def write_blocks():
    rng = np.random.default_rng(7)
    writer = gguf.GGUFWriter(FOLDER / "blocks.gguf", "none")
    expected = {}
    for kind, (count, size) in gguf.GGML_QUANT_SIZES.items():
        if kind.name in SPECIAL:
            continue
        raw = rng.integers(0, 256, (1, size * (2 if count < 256 else 1)), dtype=np.uint8)
        values = gguf.quants.dequantize(raw, kind)
        while not np.isfinite(values).all():
            raw = rng.integers(0, 256, raw.shape, dtype=np.uint8)
            values = gguf.quants.dequantize(raw, kind)
        writer.add_tensor(kind.name, raw, raw_dtype=kind)
        expected[kind.name] = values
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    safetensors.numpy.save_file(expected, FOLDER / "blocks.safetensors")


# Architectures of llama.cpp: the class of a configuration, and what makes the model small.
SMALL = dict(hidden_size=8, intermediate_size=12, num_hidden_layers=1, num_attention_heads=2, vocab_size=6)
GROUPED = SMALL | dict(num_key_value_heads=1, head_dim=4, pad_token_id=None, bos_token_id=0, eos_token_id=1)
T5 = dict(d_model=8, d_kv=4, d_ff=12, num_layers=1, num_heads=2, vocab_size=6, pad_token_id=0)
EXPERTS = dict(num_experts=2, num_experts_per_tok=1, moe_intermediate_size=4)
MODELS = {
    "llama": ("LlamaConfig", GROUPED),
    "mixtral": ("MixtralConfig", GROUPED | dict(num_local_experts=2)),
    "granite": ("GraniteConfig", GROUPED),
    "olmo": ("OlmoConfig", GROUPED),
    "olmo2": ("Olmo2Config", GROUPED),
    "smollm3": ("SmolLM3Config", GROUPED),
    "qwen2": ("Qwen2Config", GROUPED),
    "qwen3": ("Qwen3Config", GROUPED),
    "qwen2moe": ("Qwen2MoeConfig", GROUPED | EXPERTS | dict(shared_expert_intermediate_size=4)),
    "qwen3moe": ("Qwen3MoeConfig", GROUPED | EXPERTS),
    "gemma": ("GemmaConfig", GROUPED),
    "gemma2": ("Gemma2Config", GROUPED),
    "gemma3": ("Gemma3TextConfig", GROUPED),
    "phi3": ("Phi3Config", GROUPED),
    "phi2": ("PhiConfig", GROUPED),
    "stablelm": ("StableLmConfig", GROUPED),
    "starcoder2": ("Starcoder2Config", GROUPED),
    "command-r": ("CohereConfig", GROUPED),
    "nemotron": ("NemotronConfig", GROUPED),
    "gpt2": ("GPT2Config", dict(n_embd=8, n_layer=1, n_head=2, vocab_size=6, n_positions=5)),
    "gptneox": ("GPTNeoXConfig", SMALL),
    "bloom": ("BloomConfig", dict(hidden_size=8, n_layer=1, n_head=2, vocab_size=6)),
    "falcon": ("FalconConfig", dict(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, vocab_size=6)),
    "mpt": ("MptConfig", dict(d_model=8, n_layers=1, n_heads=2, vocab_size=6, max_seq_len=5)),
    "bert": ("BertConfig", SMALL | dict(max_position_embeddings=5)),
    "t5": ("T5Config", T5 | dict(feed_forward_proj="gated-gelu")),
    "deepseek2": (
        "DeepseekV3Config",
        GROUPED
        | dict(num_key_value_heads=2, n_routed_experts=2, num_experts_per_tok=1, moe_intermediate_size=4)
        | dict(n_shared_experts=1, first_k_dense_replace=0, n_group=1, topk_group=1, kv_lora_rank=4)
        | dict(q_lora_rank=6, qk_rope_head_dim=2, qk_nope_head_dim=2, v_head_dim=4),
    ),
}
# Names in the models' repositories that transformers 5 has changed in memory.
OLDER_NAMES = {
    "gptneox": lambda name: name.replace("lm_head", "embed_out"),
    "mixtral": lambda name: name.replace(".mlp.", ".block_sparse_moe.")
    .replace("gate_proj", "w1").replace("up_proj", "w3").replace("down_proj", "w2"),
}
ROTATED = {"llama", "mixtral", "granite", "olmo", "smollm3"}
SHIFTED = {"gemma", "gemma2", "gemma3", "nemotron"}
SORTED = {"gptneox", "bloom"}


def weights_on_disk(arch):
    """Names and shapes as the model's repositories store them: an expert a tensor, no tied head."""
    name, settings = MODELS[arch]
    config = getattr(transformers, name)(**settings)
    kind = transformers.BertModel if arch == "bert" else transformers.AutoModelForCausalLM
    kind = transformers.T5ForConditionalGeneration if arch == "t5" else kind
    model = kind(config) if arch in ("bert", "t5") else kind.from_config(config)
    tied = set(model._tied_weights_keys or ()) if config.tie_word_embeddings else set()
    shapes = {}
    for key, value in model.state_dict().items():
        shape = list(value.shape)
        if key in tied or key.startswith("pooler") or key.endswith(("position_ids", "inv_freq", ".attn.bias")):
            continue
        if ".experts.gate_up_proj" in key:
            for expert in range(shape[0]):
                for part in ("gate_proj", "up_proj"):
                    shapes[key.replace("gate_up_proj", f"{expert}.{part}.weight")] = [shape[1] // 2, shape[2]]
        elif ".experts.down_proj" in key:
            for expert in range(shape[0]):
                shapes[key.replace("down_proj", f"{expert}.down_proj.weight")] = shape[1:]
        else:
            shapes[key] = shape
    return config, {OLDER_NAMES.get(arch, lambda name: name)(key): shape for key, shape in shapes.items()}


def as_converted(arch, config, name, values):
    """What convert_hf_to_gguf.py makes of a tensor."""
    heads = getattr(config, "num_attention_heads", 1)
    if arch in ROTATED and name.endswith(("q_proj.weight", "k_proj.weight")):
        n = heads if "q_proj" in name else config.num_key_value_heads
        return values.reshape(n, 2, -1, *values.shape[1:]).swapaxes(1, 2).reshape(values.shape)
    if arch in SHIFTED and name.endswith("norm.weight"):
        return values + np.float32(1)
    if arch == "gpt2" and name.endswith((".c_attn.weight", ".c_proj.weight", ".c_fc.weight")):
        return np.ascontiguousarray(values.T)
    if arch in SORTED and ".query_key_value." in name:
        return values.reshape(heads, 3, -1, *values.shape[1:]).swapaxes(0, 1).reshape(values.shape)
    if name.endswith("shared_expert_gate.weight"):
        return values.reshape(-1)
    return values


def write_model(arch):
    config, shapes = weights_on_disk(arch)
    known = "llama" if arch == "mixtral" else arch
    number = {value: key for key, value in gguf.MODEL_ARCH_NAMES.items()}[known]
    names = gguf.get_tensor_name_map(number, 1)
    writer = gguf.GGUFWriter(FOLDER / "gguf" / f"{arch}.gguf", known)
    if arch == "mixtral":
        writer.add_expert_count(2)
    writer.add_head_count(getattr(config, "num_attention_heads", 2))
    if arch == "falcon":
        writer.add_head_count_kv(1)
    elif getattr(config, "num_key_value_heads", None):
        writer.add_head_count_kv(config.num_key_value_heads)
    if arch == "bert":
        writer.add_tokenizer_model("bert")
    stacked = {}
    for name, shape in shapes.items():
        values = as_converted(arch, config, name, fill(name, shape))
        pieces = name.split(".experts.")
        if len(pieces) == 2:
            expert, part = pieces[1].split(".", 1)
            stacked.setdefault(f"{pieces[0]}.experts.{part}", []).append(values)
            continue
        add(writer, names, name, values)
    for name, parts in stacked.items():
        add(writer, names, name, np.stack(parts))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return {"model_type": config.model_type, "tied": "lm_head.weight" not in shapes and "embed_out.weight" not in shapes,
            "tensors": shapes}


def add(writer, names, name, values):
    if name.endswith("e_score_correction_bias"):
        name = name.replace("_bias", ".bias")
    suffixes = (".weight", ".bias")
    # Bloom is converted from the model without its head.
    new = names.get_name(name, suffixes) or names.get_name(name.removeprefix("transformer."), suffixes)
    assert new is not None, name
    writer.add_tensor(new, np.atleast_1d(values))


if __name__ == "__main__":
    (FOLDER / "gguf").mkdir(parents=True, exist_ok=True)
    write_pytorch()
    write_numpy()
    write_blocks()
    models = {arch: write_model(arch) for arch in MODELS}
    lines = [f"{json.dumps(arch)}: {json.dumps(model)}" for arch, model in models.items()]
    (FOLDER / "gguf" / "models.json").write_text("{" + ",\n ".join(lines) + "}\n")

"""The weight update of each tuner, written out in NumPy float64 from the stored tensors alone.

Nothing here calls peft: `make_adapters.py` compares these updates with the weights that peft merges.
Weights are out x in unless the base is a Conv1D (GPT-2), which stores in x out; updates are returned
in the layout of the base file. `adapter` maps stored names to arrays, without 'base_model.model.'.
"""

import math
import re

import numpy as np


class Update:
    """A change of one stored tensor, with what the configuration resolved to for its module."""

    def __init__(self, change, rank=None, alpha=None, scale=None, replaced=False):
        self.change, self.rank, self.alpha, self.scale = change, rank, alpha, scale
        self.replaced = replaced  # the adapter holds the new values, not a difference


def pattern_value(patterns, name, default):
    for key, value in (patterns or {}).items():  # the first key that matches wins
        if re.match(rf"(.*\.)?({key})$", name):
            return value
    return default


def best_rank(weight, rank):
    """The Eckart-Young approximation: what PiSSA takes out of the base."""
    u, s, vt = np.linalg.svd(weight, full_matrices=False)
    return (u[:, :rank] * s[:rank]) @ vt[:rank]


def leading_qr(weight, rank):
    """Q's first columns times R's first rows; the signs of QR cancel."""
    q, r = np.linalg.qr(weight)
    return q[:, :rank] @ r[:rank]


def lora(adapter, config, base):
    replication = replicated_layers(config)
    updates = {}
    for key in sorted(adapter):
        if key.endswith(".lora_A.weight"):
            module, embedding = key.removesuffix(".lora_A.weight"), False
            a, b = adapter[key], adapter[f"{module}.lora_B.weight"]
        elif key.endswith(".lora_embedding_A"):
            module, embedding = key.removesuffix(".lora_embedding_A"), True
            a, b = adapter[key], adapter[f"{module}.lora_embedding_B"]
        else:
            continue
        rank = pattern_value(config["rank_pattern"], module, config["r"])
        alpha = pattern_value(config["alpha_pattern"], module, config["lora_alpha"])
        scale = alpha / (math.sqrt(rank) if config["use_rslora"] else rank)
        if config.get("target_parameters"):
            updates |= expert_updates(module, a, b, rank, alpha, scale, base)
            continue
        name = replication(module) + ".weight"
        weight = base[name] if name in base else base["model.embed_tokens.weight"]  # tied head
        transposed = embedding or config["fan_in_fan_out"]
        plain = weight.T if transposed else weight  # out x in
        product = scale * b @ a
        if config["use_dora"]:
            magnitude = adapter[f"{module}.lora_magnitude_vector"]
            direction = plain + product
            norms = np.linalg.norm(direction, axis=1)
            change = (magnitude / norms)[:, None] * direction - plain
        elif config["init_lora_weights"] == "pissa":
            change = product - best_rank(plain, rank)
        elif config["init_lora_weights"] == "olora":
            change = product - scale * leading_qr(plain, rank)
        elif str(config["init_lora_weights"]).startswith("pissa_niter"):
            start = adapter["start"]  # randomised: only the saved start says what left the base
            change = product - scale * start[f"{module}.lora_B.weight"] @ start[key]
        else:
            change = product
        change = change.T if transposed else change
        updates[module + ".weight"] = Update(change, rank, alpha, scale)
        if f"{module}.lora_B.bias" in adapter:
            bias = replication(module) + ".bias"
            updates[bias] = Update(scale * adapter[f"{module}.lora_B.bias"])
    for key in sorted(adapter):
        if key.endswith(".token_adapter.trainable_tokens_delta"):
            module = key.removesuffix(".token_adapter.trainable_tokens_delta")
            rows = config["trainable_token_indices"]
            rows = rows[module.split(".")[-1]] if isinstance(rows, dict) else rows
            change = np.zeros_like(base[module + ".weight"])
            change[rows] = adapter[key] - base[module + ".weight"][rows]
            updates[module + ".weight"] = Update(change, replaced=True)
    for key, value in replaced_tensors(adapter, base).items():
        if key in updates:  # lora_bias on top of a trained bias
            updates[key].change = updates[key].change + value
        else:
            updates[key] = Update(value, replaced=True)
    return updates


def replaced_tensors(adapter, base):
    """Stored under the base's own name, or that name with 'base_layer': the new values."""
    changes = {}
    for key, value in adapter.items():
        if key == "start":
            continue
        name = key.replace(".base_layer.", ".")
        stored = "model.embed_tokens.weight" if name == "lm_head.weight" else name
        stored = name if name in base else stored  # a tied head lives in the embedding
        if stored in base and (value != base[stored]).any():
            changes[name] = value - base[stored]
    return changes


def replicated_layers(config):
    """Adapter layer i belongs to base layer order[i] where layers were repeated."""
    ranges = config.get("layer_replication")
    if not ranges:
        return lambda module: module
    order = [layer for start, end in ranges for layer in range(start, end)]
    return lambda module: re.sub(
        r"(layers?)\.(\d+)\.", lambda m: f"{m[1]}.{order[int(m[2])]}.", module
    )


def expert_updates(module, a, b, rank, alpha, scale, base):
    """Expert e owns rows e·r ... of A and columns e, e + E, ... of B (B is out x r x E, flat)."""
    prefix = re.match(r"(.*\.mlp)\.experts", module)[1]
    disk = prefix if f"{prefix}.gate.weight" in base else prefix.replace("mlp", "block_sparse_moe")
    experts = base[f"{disk}.gate.weight"].shape[0]
    a = a.reshape(experts, rank, -1)
    b = b.reshape(b.shape[0], rank, experts)
    gate, up, down = ("gate_proj", "up_proj", "down_proj") if disk == prefix else ("w1", "w3", "w2")
    hidden = base[f"{disk}.gate.weight"].shape[1]
    updates = {}
    for e in range(experts):
        change = scale * b[:, :, e] @ a[e]
        name = f"{disk}.experts.{e}."
        if change.shape[1] == hidden:  # gate rows, then up rows
            half = change.shape[0] // 2
            parts = {gate: change[:half], up: change[half:]}
        else:
            parts = {down: change}
        for part, value in parts.items():
            updates[f"{name}{part}.weight"] = Update(value, rank, alpha, scale)
    return updates


def adalora(adapter, config, base):
    updates = {}
    for key in sorted(adapter):
        if key.endswith(".lora_E"):
            module = key.removesuffix(".lora_E")
            a, b, e = (adapter[f"{module}.lora_{part}"] for part in "ABE")
            # The divisor is the rank at the start, also where rows were pruned since.
            scale = config["lora_alpha"] / (config["init_r"] + 1e-5)
            change = scale * b @ (a * e)
            updates[module + ".weight"] = Update(change, e.shape[0], config["lora_alpha"], scale)
    return updates


def kaiming_uniform(generator, rows, columns):
    """torch's float32 uniform_ over ±sqrt(3)·sqrt(2 / columns), from 24 bits of each word.

    torch rounds once (a fused multiply-add); two float32 roundings miss half of the values by a bit.
    """
    bound = np.float64(np.float32(math.sqrt(3) * (math.sqrt(2) / math.sqrt(columns))))
    words = generator.randint(0, 2**32, rows * columns, np.uint32)
    unit = (words & 0xFFFFFF).astype(np.float64) * 2**-24
    return (unit * (2 * bound) - bound).astype(np.float32).reshape(rows, columns).astype(np.float64)


def vera(adapter, config, base):
    modules = [k.removesuffix(".vera_lambda_b") for k in sorted(adapter) if k.endswith("lambda_b")]
    if "base_model.vera_A" in adapter:
        a, b = adapter["base_model.vera_A"], adapter["base_model.vera_B"]
    else:
        widest = [max(base[m + ".weight"].shape[axis] for m in modules) for axis in (0, 1)]
        generator = np.random.RandomState(config["projection_prng_key"])
        a = kaiming_uniform(generator, config["r"], widest[1])
        b = kaiming_uniform(generator, widest[0], config["r"])
    updates = {}
    for module in modules:
        rows, columns = base[module + ".weight"].shape
        left = adapter[f"{module}.vera_lambda_b"][:, None] * b[:rows]
        right = adapter[f"{module}.vera_lambda_d"][:, None] * a[:, :columns]
        updates[module + ".weight"] = Update(left @ right, config["r"], None, 1.0)
    return updates


def miss(adapter, config, base):
    updates = {}
    for key in sorted(adapter):
        module = key.removesuffix(".miss_block")
        weight, block = base[module + ".weight"], adapter[key]
        rows, columns = weight.shape
        if config["init_weights"] == "bat":
            r = block.shape[1]
            tiles = weight.reshape(rows // r, r, columns // r, r).transpose(2, 0, 1, 3)
            change = (tiles @ block + block).transpose(1, 2, 0, 3).reshape(rows, columns)
        else:
            if config["init_weights"] == "mini":
                block = np.tile(block, (1, rows // block.shape[1]))
            change = block[np.arange(columns) % block.shape[0]].T
        updates[module + ".weight"] = Update(change, block.shape[-1 if block.ndim == 3 else 0])
    return updates


def ia3(adapter, config, base):
    updates = {}
    for key in sorted(adapter):
        module, factor = key.removesuffix(".ia3_l"), adapter[key]
        updates[module + ".weight"] = Update(base[module + ".weight"] * (factor - 1))
        if factor.shape[1] == 1:  # on the output: the bias is scaled too
            updates[module + ".bias"] = Update(base[module + ".bias"] * (factor[:, 0] - 1))
    return updates


def ln_tuning(adapter, config, base):
    stored = {k.replace(".ln_tuning_layers.", "."): v for k, v in adapter.items()}
    return {k: Update(v - base[k], replaced=True) for k, v in stored.items()}


FORMULAS = {
    "LORA": lora,
    "ADALORA": adalora,
    "VERA": vera,
    "MISS": miss,
    "IA3": ia3,
    "LN_TUNING": ln_tuning,
}

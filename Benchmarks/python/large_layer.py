"""One layer of the shapes of Llama-3-8B with a LoRA of rank 32: `analyze`, alternating with another build of it, and with
the PyTorch loop on one of its matrices.

    python large_layer.py BINARY WORK [--against OTHER_BINARY] [--rounds 5] [--torch 1] [--modules REGEX]

Everything runs on one processor. Prints processor seconds (user and system), medians over the rounds, as JSON.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import time
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

SHAPES = {
    "self_attn.q_proj": (4096, 4096),
    "self_attn.k_proj": (1024, 4096),
    "self_attn.v_proj": (1024, 4096),
    "self_attn.o_proj": (4096, 4096),
    "mlp.gate_proj": (14336, 4096),
    "mlp.up_proj": (14336, 4096),
    "mlp.down_proj": (4096, 14336),
}
RANK = 32


def make(work: Path) -> None:
    """Gaussian weights with 64 strong directions, and an adapter about as large as a trained one."""
    torch.manual_seed(0)
    base, adapter = {}, {}
    for name, (rows, columns) in SHAPES.items():
        module = f"model.layers.0.{name}"
        strong = torch.randn(64, columns) * torch.linspace(0.4, 0.06, 64)[:, None]
        weight = 0.02 * torch.randn(rows, columns) + 0.02 * torch.randn(rows, 64) @ strong
        base[f"{module}.weight"] = weight.to(torch.bfloat16)
        adapter[f"base_model.model.{module}.lora_A.weight"] = torch.randn(RANK, columns) / columns**0.5
        adapter[f"base_model.model.{module}.lora_B.weight"] = 0.01 * torch.randn(rows, RANK)
    for folder in ("base", "adapter"):
        (work / folder).mkdir(parents=True, exist_ok=True)
    save_file(base, work / "base/model.safetensors", metadata={"format": "pt"})
    save_file(adapter, work / "adapter/adapter_model.safetensors", metadata={"format": "pt"})
    configuration = {"model_type": "llama", "num_attention_heads": 32, "num_key_value_heads": 8, "hidden_size": 4096}
    (work / "base/config.json").write_text(json.dumps(configuration))
    settings = {"peft_type": "LORA", "r": RANK, "lora_alpha": RANK, "target_modules": [n.split(".")[1] for n in SHAPES]}
    (work / "adapter/adapter_config.json").write_text(json.dumps(settings))


def analyze(binary: str, work: Path, modules: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        ["taskset", "-c", "0", binary, "analyze", work / "adapter", "--base", work / "base", "--no-cache", "--quiet"]
        + ["--jobs", "1", "--modules", modules, "--out", work / f"report-{Path(binary).name}"],
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def torch_loop(work: Path, name: str) -> float:
    """SVD of the base, singular values of base + update, energies of the update: float32, without metrics or report."""
    begin = time.process_time()
    weight = load_file(work / "base/model.safetensors")[f"{name}.weight"].float()
    adapter = load_file(work / "adapter/adapter_model.safetensors")
    update = adapter[f"base_model.model.{name}.lora_B.weight"] @ adapter[f"base_model.model.{name}.lora_A.weight"]
    u, _, vh = torch.linalg.svd(weight, full_matrices=False)
    torch.linalg.svdvals(weight + update)
    (update @ vh.T).square().sum(dim=0), (u.T @ update).square().sum(dim=1)
    return time.process_time() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("work", type=Path)
    parser.add_argument("--against")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--torch", type=int, default=0)
    parser.add_argument("--modules", default=".")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if not (options.work / "adapter/adapter_config.json").exists():
        make(options.work)
    times: dict[str, list[float]] = {}
    for _ in range(options.rounds):
        for binary in filter(None, [options.binary, options.against]):
            times.setdefault(binary, []).append(analyze(binary, options.work, options.modules))
        if options.torch:
            times.setdefault("torch", []).append(torch_loop(options.work, "model.layers.0.self_attn.q_proj"))
    print(json.dumps({name: {"median": statistics.median(all), "all": all} for name, all in times.items()}))


if __name__ == "__main__":
    main()

"""One layer of the shapes of Llama-3-8B with a LoRA of rank 32: `analyze` of a first checkpoint and of a second one, for which
the cache holds the base; beside it the PyTorch loop, `torch.svd_lowrank` and ARPACK on one of its matrices.

    python large_layer.py BINARY WORK [--against OTHER_BINARY] [--rounds 5] [--peers 1] [--modules REGEX] [--metrics LIST]
                          [--weak-row 1e-3]

Everything runs on one processor. Prints processor seconds (user and system), medians over the rounds.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import time
from pathlib import Path

import numpy as np
import scipy.sparse.linalg
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
HEAD = 16
SEED = 1
CHECKPOINTS = ("adapter", "second")


def make(work: Path, weak_row: float) -> None:
    """Gaussian weights with 64 strong directions, and two adapters about as large as a trained one. One square Gaussian
    weight in ten has a singular value below a millionth of the largest, which takes a longer route. The seed is one that
    gives none; a weak row, which is multiplied by a small number, gives one to each square weight."""
    torch.manual_seed(SEED)
    base: dict[str, torch.Tensor] = {}
    adapters: dict[str, dict[str, torch.Tensor]] = {name: {} for name in CHECKPOINTS}
    for name, (rows, columns) in SHAPES.items():
        module = f"model.layers.0.{name}"
        strong = torch.randn(64, columns) * torch.linspace(0.4, 0.06, 64)[:, None]
        weight = 0.02 * torch.randn(rows, columns) + 0.02 * torch.randn(rows, 64) @ strong
        if rows == columns:
            weight[7] *= weak_row
        base[f"{module}.weight"] = weight.to(torch.bfloat16)
        for adapter in adapters.values():
            adapter[f"base_model.model.{module}.lora_A.weight"] = torch.randn(RANK, columns) / columns**0.5
            adapter[f"base_model.model.{module}.lora_B.weight"] = 0.01 * torch.randn(rows, RANK)
    (work / "base").mkdir(parents=True, exist_ok=True)
    save_file(base, work / "base/model.safetensors", metadata={"format": "pt"})
    configuration = {"model_type": "llama", "num_attention_heads": 32, "num_key_value_heads": 8, "hidden_size": 4096}
    (work / "base/config.json").write_text(json.dumps(configuration))
    settings = {"peft_type": "LORA", "r": RANK, "lora_alpha": RANK, "target_modules": [n.split(".")[1] for n in SHAPES]}
    for name, tensors in adapters.items():
        (work / name).mkdir(exist_ok=True)
        save_file(tensors, work / name / "adapter_model.safetensors")
        (work / name / "adapter_config.json").write_text(json.dumps(settings))


def analyze(binary: str, work: Path, checkpoint: str, options: argparse.Namespace) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        ["taskset", "-c", "0", binary, "analyze", work / checkpoint, "--base", work / "base", "--quiet"]
        + ["--jobs", "1", "--modules", options.modules]
        + (["--metrics", options.metrics] if options.metrics else [])
        + ["--out", work / f"report-{Path(binary).name}-{checkpoint}"],
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "SIGMASCOPE_CACHE": str(work / "cache")},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def timed(work) -> tuple[float, object]:
    begin = time.process_time()
    result = work()
    return time.process_time() - begin, result


def torch_loop(weight: torch.Tensor, update: torch.Tensor) -> torch.Tensor:
    """SVD of the base, singular values of base + update, energies of the update: float32, without metrics or report."""
    u, values, vh = torch.linalg.svd(weight, full_matrices=False)
    torch.linalg.svdvals(weight + update)
    (update @ vh.T).square().sum(dim=0), (u.T @ update).square().sum(dim=1)
    return values


def peers(work: Path, name: str) -> dict[str, float]:
    """Seconds of each peer on one matrix, and the largest relative error of the head's singular values where it is an
    estimate."""
    weight = load_file(work / "base/model.safetensors")[f"{name}.weight"].float()
    adapter = load_file(work / "adapter/adapter_model.safetensors")
    update = adapter[f"base_model.model.{name}.lora_B.weight"] @ adapter[f"base_model.model.{name}.lora_A.weight"]
    loop, values = timed(lambda: torch_loop(weight, update))
    sketch, estimate = timed(lambda: torch.svd_lowrank(weight, q=2 * HEAD, niter=2)[1])
    arpack, found = timed(lambda: scipy.sparse.linalg.svds(weight.double().numpy(), k=HEAD)[1])
    exact = values[:HEAD].double().numpy()
    return {
        "PyTorch loop": loop,
        "svd_lowrank": sketch,
        "svd_lowrank error": float(np.max(np.abs(estimate[:HEAD].numpy() / exact - 1))),
        "ARPACK": arpack,
        "ARPACK error": float(np.max(np.abs(np.sort(found)[::-1] / exact - 1))),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("work", type=Path)
    parser.add_argument("--against")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", type=int, default=0)
    parser.add_argument("--modules", default=".")
    parser.add_argument("--metrics")
    parser.add_argument("--weak-row", type=float, default=1, help="read when WORK is made")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if not (options.work / "second/adapter_config.json").exists():
        make(options.work, options.weak_row)
    times: dict[str, list[float]] = {}
    for _ in range(options.rounds):
        for binary in filter(None, [options.binary, options.against]):
            shutil.rmtree(options.work / "cache", ignore_errors=True)
            for checkpoint in CHECKPOINTS:
                times.setdefault(f"{binary} {checkpoint}", []).append(
                    analyze(binary, options.work, checkpoint, options)
                )
        if options.peers:
            for name, value in peers(options.work, "model.layers.0.self_attn.q_proj").items():
                times.setdefault(name, []).append(value)
    summary = json.loads((options.work / f"report-{Path(options.binary).name}-second/summary.json").read_text())
    print(json.dumps({"kernel": summary["kernel"], "routes": summary["numerics"]}))
    for name, all in times.items():
        print(f"{name}: median {statistics.median(all):.3g} of {all}")


if __name__ == "__main__":
    main()

"""A LoRA out of two models: this program beside the ways of other programs, rank for rank.

    python Benchmarks/python/extraction.py .build/release/sigmascope BASE TUNED RANK

Each way is a process of its own that reads both folders and gets the factors of every linear layer whose weight
changed: torch.linalg.svd in float32 (as mergekit-extract-lora takes it), and torch.svd_lowrank with two iterations (as
kohya's scripts take it of large matrices). Printed are the seconds, the largest resident memory, and the error
‖ΔW − BA‖_F / ‖ΔW‖_F over all layers, measured for all ways by the same code in float64 from float32 factors.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file


def tensors(folder: str):
    return safe_open(Path(folder) / "model.safetensors", "pt")


def changed(base, tuned) -> list[str]:
    names = set(base.keys()) & set(tuned.keys())
    return sorted(n for n in names if n.endswith("_proj.weight"))


def difference(base, tuned, name: str, dtype=torch.float32) -> torch.Tensor:
    return tuned.get_tensor(name).to(dtype) - base.get_tensor(name).to(dtype)


def svd(update: torch.Tensor, rank: int):
    u, s, v = torch.linalg.svd(update, full_matrices=False)
    return (u[:, :rank] * s[:rank]).contiguous(), v[:rank].contiguous()


def svd_lowrank(update: torch.Tensor, rank: int):
    u, s, v = torch.svd_lowrank(update, q=min(2 * rank, *update.shape), niter=2)
    return (u[:, :rank] * s[:rank]).contiguous(), v[:, :rank].T.contiguous()


WAYS = {"svd": svd, "svd_lowrank": svd_lowrank}


def extract(way: str, base: str, tuned: str, rank: int, out: str) -> None:
    torch.manual_seed(0)
    one, other = tensors(base), tensors(tuned)
    factors = {}
    for name in changed(one, other):
        module = name.removesuffix(".weight")
        b, a = WAYS[way](difference(one, other, name), rank)
        factors[f"base_model.model.{module}.lora_A.weight"] = a
        factors[f"base_model.model.{module}.lora_B.weight"] = b
    save_file(factors, out)


def error(base: str, tuned: str, file: Path) -> float:
    one, other, factors = tensors(base), tensors(tuned), load_file(file)
    lost = whole = 0.0
    for name in changed(one, other):
        module = "base_model.model." + name.removesuffix(".weight")
        update = difference(one, other, name, torch.float64)
        b, a = (factors[f"{module}.lora_{x}.weight"].double() for x in "BA")
        lost += float((update - b @ a).square().sum())
        whole += float(update.square().sum())
    return (lost / whole) ** 0.5


def timed(command: list[str]) -> tuple[float, int]:
    """Seconds, and the largest resident memory in MB."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    start = time.monotonic()
    result = subprocess.run(
        [sys.executable, "-c", code, *command], check=True, capture_output=True, text=True)
    return time.monotonic() - start, int(result.stdout.split()[-1]) // 1024


def main() -> None:
    binary, base, tuned, rank = sys.argv[1:5]
    with tempfile.TemporaryDirectory() as work:
        for way in ["sigmascope", *WAYS]:
            out = Path(work) / way
            if way == "sigmascope":
                command = [
                    binary, "extract", base, tuned, "--rank", rank, "--modules", "_proj$", "--vectors",
                    "leave", "--embeddings", "leave", "--out", str(out)]
                file = out / "adapter_model.safetensors"
            else:
                command = [sys.executable, __file__, "--way", way, base, tuned, rank, str(out)]
                file = out
            seconds, memory = timed(command)
            print(f"{way:12} {seconds:7.1f} s {memory:6} MB   {error(base, tuned, file):.8f}", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "--way":
        extract(sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]), sys.argv[6])
    else:
        main()

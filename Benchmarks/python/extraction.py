"""A LoRA out of two models: this program beside the ways of other programs, rank for rank.

    python Benchmarks/python/extraction.py .build/release/sigmascope BASE TUNED RANK \\
        [--modules REGEX] [--rounds 5] [--mergekit mergekit-extract-lora]

Each way is a process of its own that reads both folders and gets the factors of every linear layer whose weight
changed: torch.linalg.svd in float32 (as mergekit takes it), and torch.svd_lowrank with two iterations (as kohya's scripts
take it of large matrices); with --mergekit the real mergekit-extract-lora as well, which knows decoders only. The ways
take turns. Printed are the median of the seconds, the largest resident memory, and the error ‖ΔW − BA‖_F / ‖ΔW‖_F over
all layers, measured for all ways by the same code in float64 from float32 factors.
"""

import argparse
import re
import shutil
import statistics
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


def changed(base, tuned, modules: str) -> list[str]:
    names = set(base.keys()) & set(tuned.keys())
    return sorted(
        n for n in names
        if n.endswith(".weight") and re.search(modules, n.removesuffix(".weight")) and base.get_tensor(n).ndim == 2)


def difference(base, tuned, name: str, dtype=torch.float32) -> torch.Tensor:
    return tuned.get_tensor(name).to(dtype) - base.get_tensor(name).to(dtype)


def svd(update: torch.Tensor, rank: int):
    u, s, v = torch.linalg.svd(update, full_matrices=False)
    return (u[:, :rank] * s[:rank]).contiguous(), v[:rank].contiguous()


def svd_lowrank(update: torch.Tensor, rank: int):
    u, s, v = torch.svd_lowrank(update, q=min(2 * rank, *update.shape), niter=2)
    return (u[:, :rank] * s[:rank]).contiguous(), v[:, :rank].T.contiguous()


WAYS = {"svd": svd, "svd_lowrank": svd_lowrank}


def extract(way: str, base: str, tuned: str, rank: int, modules: str, out: str) -> None:
    torch.manual_seed(0)
    one, other = tensors(base), tensors(tuned)
    factors = {}
    for name in changed(one, other, modules):
        module = name.removesuffix(".weight")
        b, a = WAYS[way](difference(one, other, name), rank)
        factors[f"base_model.model.{module}.lora_A.weight"] = a
        factors[f"base_model.model.{module}.lora_B.weight"] = b
    save_file(factors, out)


def error(base: str, tuned: str, modules: str, file: Path) -> float:
    one, other, factors = tensors(base), tensors(tuned), load_file(file)
    lost = whole = 0.0
    for name in changed(one, other, modules):
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


def command(way: str, options: argparse.Namespace, out: Path) -> tuple[list[str], Path]:
    """What extracts in one way, and the file that holds the factors."""
    rank, modules = str(options.rank), options.modules
    if way == "sigmascope":
        return [
            options.binary, "extract", options.base, options.tuned, "--rank", rank, "--modules", modules,
            "--vectors", "leave", "--embeddings", "leave", "--out", str(out),
        ], out / "adapter_model.safetensors"
    if way == "mergekit":
        return [
            options.mergekit, "--model", options.tuned, "--base-model", options.base, "--out-path", str(out),
            "--max-rank", rank, "--include-regex", modules, "--exclude-regex", "embed_tokens|lm_head", "--device", "cpu",
            "--no-copy-tokenizer", "--quiet",
        ], out / "adapter_model.safetensors"
    return [
        sys.executable, __file__, "--way", way, options.base, options.tuned, rank, modules, str(out)
    ], out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("base")
    parser.add_argument("tuned")
    parser.add_argument("rank", type=int)
    parser.add_argument("--modules", default="_proj$")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mergekit")
    options = parser.parse_args()
    ways = ["sigmascope", *(["mergekit"] if options.mergekit else []), *WAYS]
    seconds, memory, errors = {way: [] for way in ways}, {}, {}
    with tempfile.TemporaryDirectory() as work:
        for _ in range(options.rounds):
            for way in ways:
                out = Path(work) / way
                shutil.rmtree(out, ignore_errors=True)
                line, file = command(way, options, out)
                took, peak = timed(line)
                seconds[way].append(took)
                memory[way] = max(memory.get(way, 0), peak)
                errors[way] = error(options.base, options.tuned, options.modules, file)
    print("| | seconds | peak MB | error |\n| --- | --- | --- | --- |")
    for way in ways:
        print(f"| {way} | {statistics.median(seconds[way]):.1f} | {memory[way]} | {errors[way]:.8f} |")


if __name__ == "__main__":
    if sys.argv[1] == "--way":
        _, _, way, base, tuned, rank, modules, out = sys.argv
        extract(way, base, tuned, int(rank), modules, out)
    else:
        main()

"""Merges a LoRA into a model with `sigmascope merge` and with peft, and compares bits, time and memory.

    python compare_merge.py BASE [--rank 16] [--rounds 5] [--binary PATH] [--dora]

BASE is a Hugging Face folder. The adapter is drawn from a seed, on all linear layers. Both programs run on
one processor, one after the other in each round. Prints how many entries differ, medians and peak memory.
Needs torch, transformers, peft, safetensors.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import torch
from safetensors import safe_open

from compare_analyze import HERE, measured

PEFT = """
import sys, torch
torch.set_num_threads(1)
from transformers import AutoModelForCausalLM
from peft import PeftModel
base, adapter, out = sys.argv[1:]
model = AutoModelForCausalLM.from_pretrained(base, dtype="auto")
PeftModel.from_pretrained(model, adapter).merge_and_unload().save_pretrained(out)
"""


def make_adapter(base: str, out: Path, rank: int, dora: bool) -> None:
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_pretrained(base, dtype="auto")
    model = get_peft_model(
        model, LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear", use_dora=dora))
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=2e-3)
    model.save_pretrained(out)


def tensors(folder: Path) -> dict[str, torch.Tensor]:
    found = {}
    for file in sorted(folder.glob("*.safetensors")):
        with safe_open(file, "pt") as store:
            for name in store.keys():
                found[name] = store.get_tensor(name)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dora", action="store_true")
    parser.add_argument("--binary", default=str(HERE.parents[1] / ".build/release/sigmascope"))
    options = parser.parse_args()
    processors = {min(os.sched_getaffinity(0))}
    results: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        make_adapter(options.base, work / "adapter", options.rank, options.dora)
        for _ in range(options.rounds):
            arms = {
                "sigmascope merge": [
                    options.binary, "merge", options.base, str(work / "adapter"), "--out",
                    str(work / "ours"), "--jobs", "1"],
                "peft": [
                    sys.executable, "-c", PEFT, options.base, str(work / "adapter"),
                    str(work / "peft")],
            }
            for place in ("ours", "peft"):
                shutil.rmtree(work / place, ignore_errors=True)
            for name, command in arms.items():
                results.setdefault(name, []).append(measured(command, processors, work))
            results.setdefault("sigmascope check", []).append(
                measured(
                    [options.binary, "check", options.base, str(work / "adapter"),
                     str(work / "peft"), "--jobs", "1"], processors, work))
        ours, theirs = tensors(work / "ours"), tensors(work / "peft")
        common = ours.keys() & theirs.keys()
        different = sum(int((ours[name] != theirs[name]).sum()) for name in common)
        count = sum(ours[name].numel() for name in common)
    print(f"{different} of {count} entries differ, in {len(common)} tensors")
    print("| | seconds | peak MB |\n| --- | --- | --- |")
    for name, rounds in results.items():
        seconds = statistics.median(time for time, _ in rounds)
        print(f"| {name} | {seconds:.1f} | {max(memory for _, memory in rounds):.0f} |")


if __name__ == "__main__":
    main()

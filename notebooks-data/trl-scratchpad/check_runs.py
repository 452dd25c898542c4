"""Loads every last checkpoint with stock PEFT and transformers, samples from it, measures its update.

    python check_runs.py [metrics.csv]

512 fixed problems, one answer each at temperature 1 and one greedy. The update is the merged weight
minus the base's; given a report of `sigmascope analyze`, its relative norms are compared with it.
"""

import csv
import os
import random
import sys
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

from make_runs import METHODS, SEEDS, problem, score

HERE = Path(__file__).resolve().parent
BASE = HERE.parent / "base-scratchpad"
PROBLEMS = 512


def merged(path):
    """The model a checkpoint stands for, without adapters."""
    if not (path / "adapter_config.json").exists():
        return AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32)
    base = AutoModelForCausalLM.from_pretrained(BASE, dtype=torch.float32)
    return PeftModel.from_pretrained(base, path).merge_and_unload()


def accuracy(model, tokenizer, samples):
    """The share of right answers to the fixed problems."""
    generator = random.Random(7)
    problems = [problem(generator) for _ in range(PROBLEMS)]
    inputs = tokenizer([p["prompt"] for p in problems], return_tensors="pt")
    torch.manual_seed(7)
    choice = {"temperature": 1.0, "top_k": 0, "top_p": 1.0} if samples else {}
    with torch.no_grad():
        output = model.generate(
            input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"],
            max_new_tokens=14, do_sample=samples, **choice,
        )
    end, right = tokenizer.eos_token_id, 0
    for ids, p in zip(output[:, inputs["input_ids"].shape[1] :].tolist(), problems):
        ended = end in ids
        text = tokenizer.decode(ids[: ids.index(end)] if ended else ids)
        right += score(text, ended, p["result"])
    return right / PROBLEMS


def relative_norms(model, base):
    """‖ΔW‖ / ‖W‖ of every matrix that changed, by name."""
    weights, norms = base.state_dict(), {}
    for name, weight in model.state_dict().items():
        before = weights[name].double()
        norm = (weight.double() - before).norm() / before.norm()
        if weight.dim() == 2 and norm > 0:
            norms[name.removesuffix(".weight")] = norm.item()
    return norms


def recorded_norms(path):
    """relative_update_norm of metrics.csv by run, step and module."""
    with open(path, newline="") as file:
        return {
            (row["run"], int(row["step"]), row["module"]): float(row["relative_update_norm"])
            for row in csv.DictReader(file) if row["relative_update_norm"]
        }


def main(arguments):
    torch.set_num_threads(1)
    recorded = recorded_norms(arguments[0]) if arguments else {}
    tokenizer = AutoTokenizer.from_pretrained(BASE)
    base = AutoModelForCausalLM.from_pretrained(BASE, dtype=torch.float32)
    figures = f"{accuracy(base, tokenizer, True):.3f} {accuracy(base, tokenizer, False):.3f}"
    print(f"base: sampled, greedy {figures}")
    for method in METHODS:
        for seed in SEEDS:
            run = HERE / f"{method}-seed{seed}"
            model = merged(run / "checkpoint-60")
            sampled, greedy = (accuracy(model, tokenizer, s) for s in (True, False))
            norms = sorted(relative_norms(model, base).values())
            line = f"{run.name}: {sampled:.3f} {greedy:.3f}, update {norms[len(norms) // 2]:.4f}"
            if recorded:
                line += f", report off by at most {furthest(run, base, recorded):.1e} of it"
            print(line)


def furthest(run, base, recorded):
    """The largest relative difference over all checkpoints and matrices."""
    largest = 0.0
    for path in run.glob("checkpoint-*"):
        step = int(path.name.split("-")[1])
        norms = relative_norms(merged(path), base)
        known = {m: v for (r, s, m), v in recorded.items() if (r, s) == (run.name, step)}
        assert norms.keys() == known.keys(), norms.keys() ^ known.keys()
        largest = max([largest] + [abs(known[m] / norms[m] - 1) for m in norms])
    return largest


if __name__ == "__main__":
    main(sys.argv[1:])

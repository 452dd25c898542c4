"""Do PEFT and transformers read what `sigmascope train` writes?

    python check_checkpoints.py SIGMASCOPE BASE

For every method and start that needs no more options: trains four steps, loads checkpoint-0 and checkpoint-4 with the real
peft on a fresh base, merges, and compares: step 0 is the base; the norm of every merged update is the one that `analyze` reports, and not zero.
For full fine-tuning transformers loads the checkpoint itself. Prints a table; exits with 1 if a bound is passed.
"""

import csv
import subprocess
import sys
import tempfile
from pathlib import Path

import peft
import torch
import transformers

# Both relative to the norm of the weight: merging rounds it to single precision, more than once.
START_BOUND, NORM_BOUND = 1e-6, 1e-6


def weights(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.double() for name, value in model.state_dict().items()}


def merged(base: str, checkpoint: Path) -> dict[str, torch.Tensor]:
    if (checkpoint / "adapter_config.json").exists():
        model = transformers.AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
        return weights(peft.PeftModel.from_pretrained(model, checkpoint).merge_and_unload())
    return weights(transformers.AutoModelForCausalLM.from_pretrained(checkpoint, dtype=torch.float32))


def reported(sigmascope: str, run: Path, base: str, out: Path) -> dict[str, float]:
    subprocess.run([sigmascope, "analyze", run, "--base", base, "--steps", "last", "--formats", "csv", "--no-cache",
                    "--quiet", "--out", out], check=True)
    norms = {}
    for table, name, column in (("metrics.csv", "module", "update_frobenius_norm"), ("vectors.csv", "tensor", "update_norm")):
        with open(out / table) as file:
            norms |= {row[name].removesuffix(".weight"): float(row[column] or 0) for row in csv.DictReader(file)}
    return norms


def check(sigmascope: str, base: str, key: str, work: Path) -> tuple[float, float]:
    run = work / key
    subprocess.run([sigmascope, "train", "--base", base, "--task-option", "digits=3", "--adapter", key, "--steps", "4",
                    "--prompts", "8", "--learning-rate", "1e-3", "--evaluate-every", "0", "--out", run, "--quiet"], check=True)
    original = weights(transformers.AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32))
    first, last = merged(base, run / "checkpoint-0"), merged(base, run / "checkpoint-4")
    start = max(((first[n] - w).norm() / w.norm()).item() for n, w in original.items())
    norms = reported(sigmascope, run, base, work / f"{key}-report")
    worst = 0.0
    for module, norm in norms.items():
        found = (last[f"{module}.weight"] - original[f"{module}.weight"]).norm().item()
        size = original[f"{module}.weight"].norm().item()
        worst = max(worst, abs(found - norm) / size)
    assert any(norm > 1e-4 for norm in norms.values()), f"{key} has not moved"
    return start, worst


def main() -> None:
    sigmascope, base = sys.argv[1:]
    keys = []
    for registry in ("methods", "starts"):
        lines = subprocess.run([sigmascope, "list", registry], check=True, capture_output=True, text=True).stdout
        keys += [line.split()[0] for line in lines.splitlines()]
    failed = False
    print(f"peft {peft.__version__}, transformers {transformers.__version__}, torch {torch.__version__}\n")
    print("| key | step 0 against the base | norms of updates against analyze |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory() as work:
        for key in keys:
            start, worst = check(sigmascope, base, key, Path(work))
            failed |= start > START_BOUND or worst > NORM_BOUND
            print(f"| {key} | {start:.1e} | {worst:.1e} |", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()

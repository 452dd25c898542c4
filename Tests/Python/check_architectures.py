"""Are the updates of every architecture those that transformers and peft make?

    python check_architectures.py SIGMASCOPE [NAME …]

For each architecture (architectures.py): builds a small model with random weights, a copy with every weight changed, and
a LoRA on all linear layers; of a mixture of experts also one on the experts. Saves them as the libraries do: the model in
the layout of its published checkpoints and in the one that transformers computes with, where these differ. Runs the program
and compares the norm of every row with the difference of the saved tensors, for an adapter with those of
`merge_and_unload()`, all in double precision. Where checkpoint and base have different layouts, the names of rows differ,
and the norm of the whole update and the number of its entries are compared. Prints a table; exits with 1 if anything
differs.
"""

import copy
import csv
import math
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import peft
import torch
import transformers
from safetensors import safe_open

from architectures import ARCHITECTURES

BOUND = 1e-5

Tensors = dict[str, torch.Tensor]
# The norm of a row and how many entries it has.
Rows = dict[str, tuple[float, int]]


def build(name: str, head: str, fields: dict) -> torch.nn.Module:
    torch.manual_seed(0)
    configuration = transformers.CONFIG_MAPPING[name](**fields)
    return getattr(transformers, f"AutoModel{head}").from_config(configuration, dtype=torch.float32)


def save(model: torch.nn.Module, folder: Path, *, published: bool) -> Path:
    model.save_pretrained(folder, max_shard_size="50KB", save_original_format=published)
    return folder


def saved(folder: Path) -> Tensors:
    tensors = {}
    for file in sorted(folder.glob("*.safetensors")):
        with safe_open(file, "pt") as store:
            tensors |= {key: store.get_tensor(key) for key in store.keys()}
    return {key: value.double() for key, value in tensors.items() if value.is_floating_point()}


def changed(model: torch.nn.Module) -> torch.nn.Module:
    model = copy.deepcopy(model)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.02 * torch.randn_like(parameter)
    return model


def expert_parameters(model: torch.nn.Module) -> list[str]:
    """The ends of the names of stacked experts, as `target_parameters` lists them."""
    names = [name for name, value in model.named_parameters() if value.dim() == 3 and ".experts." in name]
    return sorted({".".join(name.split(".")[-2:]) for name in names if name.endswith("_proj")})


def adapter(model: torch.nn.Module, folder: Path, **targets) -> Path:
    configuration = peft.LoraConfig(r=4, lora_alpha=6, init_lora_weights=False, **targets)
    peft.get_peft_model(copy.deepcopy(model), configuration).save_pretrained(folder)
    return folder


def merged(model: torch.nn.Module, folder: Path) -> torch.nn.Module:
    adapted = peft.PeftModel.from_pretrained(copy.deepcopy(model).double(), folder)
    return adapted.double().merge_and_unload()


def expected(after: Tensors, before: Tensors) -> Rows:
    rows = {}
    for name, value in after.items():
        change = value - before[name]
        module = name.removesuffix(".weight")
        if change.dim() == 3 and "expert" in module:
            owner, _, kind = module.rpartition(".")
            rows |= {f"{owner}.{index}.{kind}": (part.norm().item(), part.numel()) for index, part in enumerate(change)}
        else:
            rows[module if change.dim() > 1 else name] = (change.norm().item(), change.numel())
    return rows


def found(sigmascope: str, checkpoint: Path, base: Path, out: Path) -> Rows:
    run = subprocess.run(
        [sigmascope, "analyze", checkpoint, "--base", base, "--metrics", "update_frobenius_norm", "--formats", "csv",
         "--no-cache", "--quiet", "--out", out], capture_output=True, text=True)
    if run.returncode != 0:
        raise Refused(run.stderr.strip().splitlines()[-1])
    rows = {}
    with open(out / "metrics.csv") as file:
        for row in csv.DictReader(file):
            rows[row["module"]] = (float(row["update_frobenius_norm"]), int(row["rows"]) * int(row["columns"]))
    if (out / "vectors.csv").exists():
        with open(out / "vectors.csv") as file:
            rows |= {row["tensor"]: (float(row["update_norm"]), int(row["length"])) for row in csv.DictReader(file)}
    return rows


class Refused(Exception):
    pass


def faults(rows: Rows, oracle: Rows) -> Iterator[str]:
    """What differs, row by row. An adapter has no rows for what it does not change."""
    for name, (norm, _) in oracle.items():
        if norm > 0 and name not in rows:
            yield f"{name} is missing"
    for name, (norm, _) in rows.items():
        if name not in oracle:
            yield f"{name} is not in the model"
        elif abs(norm - oracle[name][0]) > BOUND * oracle[name][0]:
            yield f"{name} is {norm:.6g} instead of {oracle[name][0]:.6g}"


def total(rows: Rows) -> tuple[float, int]:
    moved = [row for row in rows.values() if row[0] > 0]
    return math.sqrt(sum(norm ** 2 for norm, _ in moved)), sum(count for _, count in moved)


def faults_in_total(rows: Rows, oracle: Rows) -> Iterator[str]:
    (norm, count), (right, entries) = total(rows), total(oracle)
    if abs(norm - right) > BOUND * right:
        yield f"the norm is {norm:.6g} instead of {right:.6g}"
    if count != entries:
        yield f"{count} entries instead of {entries}"


def checks(sigmascope: str, name: str, head: str, fields: dict, work: Path) -> Iterator[tuple[str, int, list[str]]]:
    """The name, the number of rows and the faults of each comparison."""
    model = build(name, head, fields)
    tuned = changed(model)
    adapters = {"LoRA": dict(target_modules="all-linear")}
    if parameters := expert_parameters(model):
        adapters["LoRA of experts"] = dict(target_modules=[], target_parameters=parameters)
    after = {key: merged(model, adapter(model, work / key, **targets)) for key, targets in adapters.items()}
    models, runtime = {}, {}
    for layout, published in (("published", True), ("computed", False)):
        base = save(model, work / f"base-{layout}", published=published)
        if layout == "computed" and saved(base).keys() == saved(work / "base-published").keys():
            continue
        before = saved(base)
        models[layout] = (base, before, save(tuned, work / f"tuned-{layout}", published=published))
        for key, value in after.items():
            oracle = expected(saved(save(value, work / f"{key}-{layout}", published=published)), before)
            runtime[key, layout] = (work / key, base, oracle)

    def compare(title, checkpoint, base, oracle, judge=faults):
        try:
            rows = found(sigmascope, checkpoint, base, work / title)
            return title, len(rows), list(judge(rows, oracle))
        except Refused as error:
            return title, 0, [str(error)]

    for layout, (base, before, checkpoint) in models.items():
        yield compare(f"full, {layout}", checkpoint, base, expected(saved(checkpoint), before))
        for other, (_, _, checkpoint) in models.items():
            if other != layout:
                oracle = expected(saved(models[layout][2]), before)
                yield compare(f"full, {other} over {layout}", checkpoint, base, oracle, faults_in_total)
    for (key, layout), (checkpoint, base, oracle) in runtime.items():
        # An adapter is of the model that is computed with.
        judge = faults if layout == list(models)[-1] else faults_in_total
        yield compare(f"{key}, {layout}", checkpoint, base, oracle, judge)


def main() -> None:
    sigmascope, *wanted = sys.argv[1:]
    transformers.logging.set_verbosity_error()
    print(f"peft {peft.__version__}, transformers {transformers.__version__}, torch {torch.__version__}\n")
    print("| architecture | rows |\n| --- | --- |")
    failed = False
    for name, head, fields in ARCHITECTURES:
        if wanted and name not in wanted:
            continue
        with tempfile.TemporaryDirectory() as work:
            try:
                results = list(checks(sigmascope, name, head, fields, Path(work)))
            except Exception as error:
                print("PYTHON", name, type(error), str(error)[:500]); continue
        print(f"| {name} | {'; '.join(f'{title} {count}' for title, count, _ in results)} |", flush=True)
        for title, _, errors in results:
            failed |= bool(errors)
            for error in errors[:6]:
                print(f"    {title}: {error}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()

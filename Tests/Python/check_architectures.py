"""Are the updates of every architecture those that transformers and peft make?

    python check_architectures.py SIGMASCOPE [NAME …]

For each architecture (architectures.py): builds a small model with random weights, a copy with every weight changed, and
a LoRA on all linear layers; of a mixture of experts also one on the experts. Saves them as the libraries do: the model in
the layout of its published checkpoints and in the one that transformers computes with, where these differ. Runs the program
and compares every row with the difference of the saved tensors, for an adapter with those of `merge_and_unload()`, all in
double precision: the norm, and the inner product with the base, which shows whether rows, columns and experts are the
right ones. Where checkpoint and base have different layouts, the names of rows differ, and the sums over the whole update
and the number of its entries are compared. Prints a table; exits with 1 if anything differs.
"""

import copy
import csv
import math
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import peft
import torch
import transformers
from safetensors import safe_open

from architectures import ARCHITECTURES

BOUND = 1e-5
COLUMNS = "update_frobenius_norm", "relative_update_norm", "cosine_to_base"

Tensors = dict[str, torch.Tensor]


class Row(NamedTuple):
    norm: float
    """Of the base weight; 0 for a vector, whose inner product is not reported."""
    base: float
    inner: float
    entries: int


Rows = dict[str, Row]


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


def shapes(folder: Path) -> dict[str, torch.Size]:
    return {name: value.shape for name, value in saved(folder).items()}


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
    adapted = peft.get_peft_model(copy.deepcopy(model), configuration)
    try:
        model.get_input_embeddings()
        adapted.save_pretrained(folder)
    except NotImplementedError:
        # Models of speech have no embedding that PEFT could save.
        adapted.save_pretrained(folder, save_embedding_layers=False)
    return folder


def merged(model: torch.nn.Module, folder: Path) -> torch.nn.Module:
    adapted = peft.PeftModel.from_pretrained(copy.deepcopy(model).double(), folder)
    return adapted.double().merge_and_unload()


def matrix(change: torch.Tensor, before: torch.Tensor) -> Row:
    return Row(change.norm().item(), before.norm().item(), (change * before).sum().item(), change.numel())


def expected(after: Tensors, before: Tensors) -> Rows:
    rows = {}
    for name, value in after.items():
        base = before[name]
        change = value - base
        module = name.removesuffix(".weight")
        if change.dim() == 3 and "expert" in module:
            owner, _, kind = module.rpartition(".")
            rows |= {f"{owner}.{index}.{kind}": matrix(*pair) for index, pair in enumerate(zip(change, base))}
        elif change.dim() > 1:
            rows[module] = matrix(change, base)
        else:
            rows[name] = Row(change.norm().item(), 0, 0, change.numel())
    return rows


def found(sigmascope: str, checkpoint: Path, base: Path, out: Path) -> Rows:
    run = subprocess.run(
        [sigmascope, "analyze", checkpoint, "--base", base, "--metrics", "cosine_to_base", "--formats", "csv",
         "--no-cache", "--quiet", "--out", out], capture_output=True, text=True)
    if run.returncode != 0:
        raise Refused(run.stderr.strip().splitlines()[-1])
    rows = {}
    with open(out / "metrics.csv") as file:
        for row in csv.DictReader(file):
            norm, relative, cosine = (float(row[column] or 0) for column in COLUMNS)
            base = norm / relative if relative else 0
            rows[row["module"]] = Row(norm, base, cosine * norm * base, int(row["rows"]) * int(row["columns"]))
    if (out / "vectors.csv").exists():
        with open(out / "vectors.csv") as file:
            rows |= {row["tensor"]: Row(float(row["update_norm"]), 0, 0, int(row["length"])) for row in csv.DictReader(file)}
    return rows


class Refused(Exception):
    pass


def differ(row: Row, right: Row) -> bool:
    return (abs(row.norm - right.norm) > BOUND * right.norm
            or abs(row.inner - right.inner) > BOUND * right.norm * right.base)


def faults(rows: Rows, oracle: Rows) -> Iterator[str]:
    """What differs, row by row. An adapter has no rows for what it does not change."""
    for name, right in oracle.items():
        if right.norm > 0 and name not in rows:
            yield f"{name} is missing"
    for name, row in rows.items():
        if name not in oracle:
            yield f"{name} is not in the model"
        elif differ(row, oracle[name]):
            yield f"{name} is {row} instead of {oracle[name]}"


def total(rows: Rows) -> Row:
    moved = [row for row in rows.values() if row.norm > 0]
    return Row(math.hypot(*(row.norm for row in moved)), math.hypot(*(row.base for row in moved)),
               sum(row.inner for row in moved), sum(row.entries for row in moved))


def faults_in_total(rows: Rows, oracle: Rows) -> Iterator[str]:
    row, right = total(rows), total(oracle)
    if differ(row, right) or row.entries != right.entries:
        yield f"in all {row} instead of {right}"


def checks(sigmascope: str, name: str, head: str, fields: dict, work: Path) -> Iterator[tuple[str, int, list[str]]]:
    """The name, the number of rows and the faults of each comparison."""
    model = build(name, head, fields)
    tuned = changed(model)
    # PEFT adapts all linear layers of a state space but these.
    left_out = dict(exclude_modules=["out_proj", "conv1d"]) if name.startswith("mamba") else {}
    adapters = {"LoRA": dict(target_modules="all-linear", **left_out)}
    if parameters := expert_parameters(model):
        adapters["LoRA of experts"] = dict(target_modules=[], target_parameters=parameters)
    after = {key: merged(model, adapter(model, work / key, **targets)) for key, targets in adapters.items()}
    models, runtime = {}, {}
    for layout, published in (("published", True), ("computed", False)):
        base = save(model, work / f"base-{layout}", published=published)
        if layout == "computed" and shapes(base) == shapes(work / "base-published"):
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
    transformers.utils.logging.disable_progress_bar()
    warnings.simplefilter("ignore")
    print(f"peft {peft.__version__}, transformers {transformers.__version__}, torch {torch.__version__}\n")
    print("| architecture | rows |\n| --- | --- |")
    failed = False
    for name, head, fields in ARCHITECTURES:
        if wanted and name not in wanted:
            continue
        with tempfile.TemporaryDirectory() as work:
            results = list(checks(sigmascope, name, head, fields, Path(work)))
        print(f"| {name} | {'; '.join(f'{title} {count}' for title, count, _ in results)} |", flush=True)
        for title, _, errors in results:
            failed |= bool(errors)
            for error in errors[:6]:
                print(f"    {title}: {error}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()

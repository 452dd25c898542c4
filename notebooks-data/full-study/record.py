"""Copies what is worth keeping of a finished study: `python record.py STUDY` (a folder of `sigmascope reproduce`).

Tables, plots and verdicts as they are; of the curves reward, accuracy and divergence; every run.json, with the base named relative to
this folder; the last checkpoints of five runs. What is left out can be made again from a run.json: numbers are the same bit for bit.
"""

import csv
import json
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
KEPT_CURVES = {"reward", "eval_accuracy", "eval_greedy_accuracy", "kl_step"}
KEPT_CHECKPOINTS = ["lora-lr3e-3-seed0", "pissa-lr3e-3-seed0", "pissa-lr1e-4-seed0", "milora-lr3e-3-seed0", "dora-lr3e-3-seed0"]


def main() -> None:
    study = Path(sys.argv[1])
    report = study / "report"
    for name in ("runs.csv", "steps.csv", "comparison.csv", "own_best.csv", "early_warning.csv", "early_warning_best.csv",
                 "claims.csv"):
        shutil.copy(report / name, HERE / name)
    with open(report / "curves.csv") as source, open(HERE / "curves.csv", "w", newline="") as target:
        rows = csv.reader(source)
        writer = csv.writer(target, lineterminator="\n")
        header = next(rows)
        writer.writerow(header)
        writer.writerows(row for row in rows if row[header.index("name")] in KEPT_CURVES)
    shutil.rmtree(HERE / "plots", ignore_errors=True)
    shutil.copytree(report / "plots", HERE / "plots")
    with open(HERE / "runs.jsonl", "w") as target:
        for path in sorted((study / "runs").glob("*/run.json")):
            run = json.loads(path.read_text())
            run["base"] = "../base-scratchpad"
            target.write(json.dumps({"name": path.parent.name} | run, sort_keys=True) + "\n")
    for name in KEPT_CHECKPOINTS:
        last = max((study / "runs" / name).glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))
        folder = HERE / "checkpoints" / name / last.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy(last / "adapter_model.safetensors", folder)
        configuration = json.loads((last / "adapter_config.json").read_text())
        configuration["base_model_name_or_path"] = "../../../../base-scratchpad"
        (folder / "adapter_config.json").write_text(json.dumps(configuration, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()

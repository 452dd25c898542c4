"""Join the reports of make.sh to the tables of this folder.

    python record.py WORK
"""

import csv
import json
import sys
from pathlib import Path

STARTS = ["lora", "pissa", "milora", "rlpo", "random-residual", "full"]


def rows(work: Path, table: str) -> list[dict]:
    files = [work / start / table for start in STARTS]
    return [row for file in files if file.exists() for row in csv.DictReader(file.open())]


def whole_runs(work: Path) -> list[dict]:
    """Reward and divergence of each step; `train` logs the divergence of early steps only."""
    found = []
    for log in sorted(work.glob("whole-*/metrics.jsonl")):
        settings = json.loads((log.parent / "run.json").read_text())["settings"]
        start = {"start": settings["adapter"], "learning_rate": settings["learning-rate"]}
        for line in map(json.loads, log.read_text().splitlines()):
            found.append({**start, "step": line["step"], "reward": line["reward"], "divergence": line.get("kl_step")})
    return found


def write(table: str, rows: list[dict]) -> None:
    with open(Path(__file__).parent / table, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    work = Path(sys.argv[1])
    advice = rows(work, "advice.csv")
    baseline = advice[0]
    for row in advice:  # each was the baseline of its own report
        ratio = float(row["death_rate"]) / float(baseline["death_rate"])
        row["ratio_to_baseline"] = ratio
        row["equal_rate"] = float(baseline["equal_rate"]) * ratio
    write("advice.csv", advice)
    write("short_runs.csv", rows(work, "short_runs.csv"))
    write("whole_runs.csv", whole_runs(work))


if __name__ == "__main__":
    main()

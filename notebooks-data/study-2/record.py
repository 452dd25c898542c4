"""Copies what is worth keeping of the studies: `python record.py RESULTS` (a folder with one folder a study).

Tables and verdicts as they are, of the curves reward, accuracy and divergence, and the pictures of the law. Runs are made again from
the study files; numbers are the same bit for bit on the same kind of processor.
"""

import csv
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
TABLES = ("runs.csv", "probes.csv", "comparison.csv", "claims.csv")
CURVES = {"reward", "eval_accuracy", "eval_greedy_accuracy", "kl_step"}
PICTURES = ("score-by-step.svg", "death-by-curvature.svg")


def main() -> None:
    for study in sorted(path for path in Path(sys.argv[1]).iterdir() if (path / "report").is_dir()):
        report = study / "report"
        target = HERE / study.name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for name in TABLES:
            source = report / name
            if source.exists() and sum(1 for _ in open(source)) > 1:
                shutil.copy(source, target / name)
        with open(report / "curves.csv") as source:
            rows = list(csv.reader(source))
        column = rows[0].index("name")
        if len(rows) > 1:
            with open(target / "curves.csv", "w", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([rows[0]] + [row for row in rows[1:] if row[column] in CURVES])
        for name in PICTURES:
            if (report / "plots" / name).exists():
                shutil.copy(report / "plots" / name, target / name)


if __name__ == "__main__":
    main()

"""Copies what is worth keeping of the studies: `python record.py RESULTS` (a folder with one folder a study).

Tables and verdicts as they are, of the curves reward, accuracy and divergence, and the pictures of the law. Runs are made again from
the study files; with the program of their time, numbers are the same bit for bit on the same kind of processor.
"""

import csv
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
TABLES = ("runs.csv", "probes.csv", "comparison.csv", "claims.csv")
CURVES = {"reward", "eval_accuracy", "eval_greedy_accuracy", "kl_step"}
LONG = 600
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
        name, step = rows[0].index("name"), rows[0].index("step")
        # Of long runs every tenth step.
        every = 10 if max((int(row[step]) for row in rows[1:]), default=0) > LONG else 1
        kept = [row for row in rows[1:] if row[name] in CURVES and int(row[step]) % every == 0]
        if kept:
            with open(target / "curves.csv", "w", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([rows[0], *kept])
        for name in PICTURES:
            if (report / "plots" / name).exists():
                shutil.copy(report / "plots" / name, target / name)


if __name__ == "__main__":
    main()

"""The numbers of claims 28, 29 and 31 again from `probes.csv`, by SciPy: `python check.py [FOLDER]` (default: this one).

Only the estimates and, for claim 31, the intervals over seeds: those over starts are bootstraps. Ends with 1 if a number differs from
`claims.csv` in its third digit. Written for scipy 1.17.
"""

import csv
import math
import re
import sys
from collections import defaultdict
from pathlib import Path

import numpy
from scipy import stats

HERE = Path(__file__).parent


def read(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def geometric(values: list[float]) -> float:
    return float(stats.gmean(values))


def estimates(probes: list[dict[str, str]]) -> dict[str, list[float]]:
    arms = defaultdict(list)
    for row in probes:
        if float(row["dropout"]) == 0 and row["bisected_death_rate"]:
            arms[row["arm"]].append(row)
    death = {arm: geometric([float(r["bisected_death_rate"]) for r in rows]) for arm, rows in arms.items()}
    curvature = {arm: geometric([float(r["step_curvature"]) for r in rows]) for arm, rows in arms.items()}
    crossing = {
        arm: geometric([float(r["predicted_death_rate"]) for r in rows])
        for arm, rows in arms.items() if all(r["predicted_death_rate"] for r in rows)}
    names = sorted(arms)
    order = stats.spearmanr([curvature[a] for a in names], [death[a] for a in names]).statistic
    factors = [
        math.log(death["lora"] * crossing[a] / crossing["lora"] / death[a]) for a in crossing if a != "lora"]
    found = {"28": [float(order)], "29": [math.exp(math.sqrt(numpy.mean(numpy.square(factors))))]}

    by_seed = {arm: {r["seed"]: float(r["bisected_death_rate"]) for r in rows} for arm, rows in arms.items()}

    def ratio(top: str, bottom: str) -> dict[str, float]:
        return {s: v / by_seed[bottom][s] for s, v in by_seed[top].items() if s in by_seed[bottom]}

    if {"pissa", "rlpo", "orthogonal", "random-residual", "lora"} <= by_seed.keys():
        whole, one, other = ratio("pissa", "lora"), ratio("rlpo", "orthogonal"), ratio("random-residual", "lora")
        logs = [math.log(v / (one[s] * other[s])) for s, v in whole.items() if s in one and s in other]
        if len(logs) > 1:
            interval = stats.t.interval(0.95, len(logs) - 1, numpy.mean(logs), stats.sem(logs))
            found["31"] = [math.exp(numpy.mean(logs)), *(math.exp(x) for x in interval)]
    return found


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    wrong = 0
    for study in sorted(path.parent for path in folder.glob("*/probes.csv")):
        claims = {row["number"]: row["measured"] for row in read(study / "claims.csv")}
        for claim, values in estimates(read(study / "probes.csv")).items():
            numbers = re.search(r": (−?-?[\d.e]+)(?: \[([^\]]*)\])?", claims.get(claim, ""))
            if not numbers:
                continue
            said = [numbers[1]] + (numbers[2].split(", ") if len(values) > 1 else [])
            said = [float(x.replace("−", "-")) for x in said]
            agrees = all(abs(a - b) <= 0.006 * max(abs(a), abs(b)) for a, b in zip(said, values))
            wrong += not agrees
            shown = ", ".join(f"{v:.3g}" for v in values)
            print(f"{study.name:14} claim {claim}: {shown}  {'agrees' if agrees else f'claims.csv says {said}'}")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()

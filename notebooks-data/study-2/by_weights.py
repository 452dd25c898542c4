"""Would the weights alone tell the rate at which a start dies? `python by_weights.py`, on the runs of `law`.

Each start's rate of death is predicted from LoRA's, which is bisected: by short runs, by the size of the update (relative norm
after 100 steps at 1e-4, where every run lives), and by nothing, as if all starts died where LoRA dies. Printed is the typical factor
between prediction and bisected rate: exp of the root mean square of the logarithms, as in claim 29.
"""

import csv
import math
from collections import defaultdict
from pathlib import Path
from statistics import geometric_mean

FOLDER = Path(__file__).parent / "law"


def read(name: str) -> list[dict[str, str]]:
    with open(FOLDER / name, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def means(rows: list[dict[str, str]], column: str) -> dict[str, float]:
    found = defaultdict(list)
    for row in rows:
        if row[column]:
            found[row["arm"]].append(float(row[column]))
    return {arm: geometric_mean(values) for arm, values in found.items()}


def main() -> None:
    probes = [row for row in read("probes.csv") if float(row["dropout"]) == 0]
    death, crossing = means(probes, "bisected_death_rate"), means(probes, "predicted_death_rate")
    size = means([row for row in read("runs.csv") if row["learning_rate"] == "0.0001"], "relative_update_norm")
    arms = sorted(death.keys() & crossing.keys() & size.keys() - {"lora"})
    ways = {
        "short runs": lambda arm: crossing[arm] / crossing["lora"],
        "size of the update": lambda arm: size["lora"] / size[arm],
        "nothing": lambda arm: 1,
    }
    print(f"{len(arms)} starts: {', '.join(arms)}")
    for name, ratio in ways.items():
        errors = [math.log(death["lora"] * ratio(arm) / death[arm]) for arm in arms]
        typical = math.exp(math.sqrt(sum(e * e for e in errors) / len(errors)))
        worst = math.exp(max(abs(e) for e in errors))
        print(f"{name}: typical factor {typical:.2f}, worst {worst:.1f}")


if __name__ == "__main__":
    main()

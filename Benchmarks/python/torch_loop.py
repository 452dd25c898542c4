"""The loop people write in PyTorch to look at a weight update, with its time and memory.

    python torch_loop.py BASE TUNED [--threads 1] [--match 'proj.weight']

For each projection matrix: SVD of the base in float32, singular values of the update, energy of the
update along each singular direction of the base. Prints one line of JSON. Reading the files counts.
"""

import argparse
import json
import resource
import time
from pathlib import Path

import torch
from safetensors import safe_open


def files(folder: Path) -> dict[str, Path]:
    """Which shard holds each tensor."""
    places = {}
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, "pt") as shard:
            places |= dict.fromkeys(shard.keys(), path)
    return places


def read(places: dict[str, Path], name: str) -> torch.Tensor:
    with safe_open(places[name], "pt") as shard:
        return shard.get_tensor(name)


def analysed(before: torch.Tensor, after: torch.Tensor) -> dict[str, torch.Tensor]:
    weight = before.float()
    u, _, vh = torch.linalg.svd(weight, full_matrices=False)
    update = after.float() - weight
    spectrum = torch.linalg.svdvals(update)
    right = (update @ vh.T).square().sum(dim=0)
    left = (u.T @ update).square().sum(dim=1)
    return {"spectrum": spectrum, "right": right / right.sum(), "left": left / left.sum()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", type=Path)
    parser.add_argument("tuned", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--match", default="proj.weight")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    begin = time.perf_counter()
    before, after = files(options.base), files(options.tuned)
    names = [name for name in before if name.endswith(options.match)]
    results = {name: analysed(read(before, name), read(after, name)) for name in names}
    seconds = time.perf_counter() - begin
    sixteenth = [r["right"][: len(r["right"]) // 16].sum().item() for r in results.values()]
    report = {
        "matrices": len(results),
        "threads": options.threads,
        "seconds": round(seconds, 2),
        "peak_rss_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "mean_energy_in_first_sixteenth": round(sum(sixteenth) / len(sixteenth), 4),
        "torch": torch.__version__,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()

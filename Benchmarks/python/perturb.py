"""Write a second checkpoint: every matrix plus a small Gaussian update, rounded to BF16.

    python perturb.py BASE OUT [--relative 0.01] [--seed 1]

The update has the given Frobenius norm relative to the matrix, before rounding. Norm vectors and
the configuration are copied. Shards keep their names, so the index stays right.
"""

import argparse
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file


def perturbed(weight: torch.Tensor, relative: float) -> torch.Tensor:
    if weight.dim() < 2:
        return weight
    values = weight.float()
    update = torch.randn_like(values)
    update *= relative * values.norm() / update.norm()
    return (values + update).to(weight.dtype)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--relative", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    for path in sorted(options.base.iterdir()):
        if path.suffix == ".safetensors":
            weights = load_file(path)
            changed = {k: perturbed(v, options.relative) for k, v in weights.items()}
            save_file(changed, options.out / path.name, metadata={"format": "pt"})
        elif path.suffix == ".json":
            shutil.copy(path, options.out / path.name)


if __name__ == "__main__":
    main()

"""`sigmascope convert` beside peft's own `convert_to_lora`, at equal rank.

    python Benchmarks/python/conversion.py .build/release/sigmascope

For adapters of the fixtures whose methods peft converts: the error ‖ΔW − BA‖_F / ‖ΔW‖_F over all modules, measured by
the same code in float64 against peft's own ΔW. Needs torch, transformers and peft with `convert_to_lora`.
"""

import json
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
warnings.filterwarnings("ignore")

import torch
import transformers
from peft import PeftModel, convert_to_lora
from safetensors.torch import load_file

FIXTURES = Path(__file__).resolve().parents[2] / "Tests" / "Fixtures"
transformers.utils.logging.disable_progress_bar()


def updates(model) -> dict[str, torch.Tensor]:
    return {
        name.removeprefix("base_model.model."): module.get_delta_weight("default").double()
        for name, module in model.named_modules()
        if hasattr(module, "get_delta_weight") and hasattr(module, "base_layer")
    }


def error(true: dict[str, torch.Tensor], factors: dict[str, torch.Tensor]) -> float:
    lost = whole = 0.0
    for name, update in true.items():
        a, b = (factors[f"base_model.model.{name}.lora_{x}.weight"].double() for x in "AB")
        lost += float((update - b @ a).square().sum())
        whole += float(update.square().sum())
    return (lost / whole) ** 0.5


def main() -> None:
    for name in ["loha", "lokr", "fourierft", "waveft", "shira"]:
        folder = FIXTURES / "adapters" / name
        base = (folder / json.loads((folder / "adapter_config.json").read_text())[
            "base_model_name_or_path"]).resolve()
        for rank in [2, 8]:
            model = PeftModel.from_pretrained(transformers.AutoModel.from_pretrained(base), folder).eval()
            true = updates(model)
            try:
                _, state = convert_to_lora(model, rank)
            except Exception as reason:
                print(f"{name:12} rank {rank}: peft does not convert it: {reason!s:.80}")
                continue
            state = {k if k.startswith("base_model") else f"base_model.model.{k}": v for k, v in state.items()}
            with tempfile.TemporaryDirectory() as work:
                out = Path(work) / "lora"
                subprocess.run(
                    [sys.argv[1], "convert", folder, "--rank", str(rank), "--out", out], check=True,
                    capture_output=True)
                own = load_file(out / "adapter_model.safetensors")
            print(f"{name:12} rank {rank}: peft {error(true, state):.8f}  sigmascope {error(true, own):.8f}")


if __name__ == "__main__":
    main()

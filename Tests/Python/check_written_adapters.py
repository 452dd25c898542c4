"""Check that stock peft loads what `sigmascope convert`, `resize` and `extract` write, as the same function.

    python Tests/Python/check_written_adapters.py .build/release/sigmascope

Every adapter of Tests/Fixtures/adapters whose base transformers builds is converted, and loaded by peft beside the
original: both must give the same outputs. Then models are trained whole (embedding, norms, biases, linear layers) and a
LoRA is extracted that holds all of the change. Last written: torch 2.13.0, transformers 5.24, peft 0.21.2.
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
from peft import PeftModel

transformers.utils.logging.disable_progress_bar()
transformers.utils.logging.set_verbosity_error()

FIXTURES = Path(__file__).resolve().parent.parent / "Fixtures"
# Their update depends on a start that peft draws anew, or on signs of singular vectors that peft finds anew, so that peft
# does not load the original itself as it was.
UNREPEATABLE = {"orthogonal", "frod", "gpt2-frod", "psoft", "psoft-free", "psoft-series"}


def model_of(folder: Path):
    architecture = json.loads((folder / "config.json").read_text())["architectures"][0]
    model = getattr(transformers, architecture).from_pretrained(folder, dtype=torch.float32)
    return model.eval()


def outputs(model) -> torch.Tensor:
    torch.manual_seed(3)
    config = model.config
    tokens = torch.randint(0, config.vocab_size, (2, 12))
    with torch.no_grad():
        return model(tokens)[0].double()


def distance(one: torch.Tensor, other: torch.Tensor, start: torch.Tensor) -> float:
    """How far apart the effects are, as a share of the effect of the original."""
    return float((one - other).norm() / (other - start).norm())


def run(*arguments: object) -> subprocess.CompletedProcess:
    return subprocess.run([str(a) for a in arguments], capture_output=True, text=True)


def check_conversions(binary: str, work: Path) -> int:
    failures = 0
    for folder in sorted((FIXTURES / "adapters").iterdir()):
        configuration = folder / "adapter_config.json"
        if not configuration.is_file() or folder.name in UNREPEATABLE:
            continue
        base = (folder / json.loads(configuration.read_text())["base_model_name_or_path"]).resolve()
        if not (base / "config.json").is_file() or "convolutions" in base.name:
            continue
        out = work / folder.name
        command = [binary, "convert", folder, "--embeddings", "lora", "--out", out]
        result = run(*command)
        rank = ""
        if "--rank" in result.stderr:
            rank = "1000"
            result = run(*command, "--rank", rank)
        if result.returncode:
            print(f"{folder.name:36} {result.stderr.strip()}")
            failures += 1
            continue
        start = outputs(model_of(base))
        try:
            original = outputs(PeftModel.from_pretrained(model_of(base), folder))
        except Exception as error:
            print(f"{folder.name:36} peft cannot load the original: {type(error).__name__}")
            continue
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                written = outputs(PeftModel.from_pretrained(model_of(base), out))
            except Exception as error:
                print(f"{folder.name:36} peft cannot load what was written: {error!s:.160}")
                failures += 1
                continue
        missing = [str(w.message)[:90] for w in caught if "missing" in str(w.message).lower()]
        off = distance(written, original, start)
        failures += off > 2e-3 or bool(missing)
        print(f"{folder.name:36} {off:.1e} {'full rank' if rank else ''} {' '.join(missing)}")
    return failures


def check_extractions(binary: str, work: Path) -> int:
    failures = 0
    for name in ["base-qwen2", "base-gpt2", "base-minilm", "base-qwen3moe", "base-mixtral"]:
        base = FIXTURES / name
        tuned = model_of(base)
        torch.manual_seed(5)
        with torch.no_grad():
            for parameter in tuned.parameters():
                scale = parameter.std() if parameter.ndim > 1 else torch.tensor(0.1)
                parameter += 0.05 * scale * torch.randn_like(parameter)
        tuned.save_pretrained(work / f"{name}-tuned")
        expected, start = outputs(tuned), outputs(model_of(base))
        for embeddings in ["whole", "lora"]:
            out = work / f"{name}-{embeddings}"
            result = run(
                binary, "extract", base, work / f"{name}-tuned", "--rank", "exact", "--embeddings",
                embeddings, "--out", out)
            if result.returncode:
                print(f"extract {name} {embeddings}: {result.stderr.strip()}")
                failures += 1
                continue
            off = distance(outputs(PeftModel.from_pretrained(model_of(base), out)), expected, start)
            failures += off > 2e-3
            print(f"extract {name:12} embeddings {embeddings:6} {off:.1e}")
    return failures


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        count = check_conversions(sys.argv[1], Path(folder))
        count += check_extractions(sys.argv[1], Path(folder))
    print(f"{count} failures")
    sys.exit(count > 0)

"""Merged checkpoints load in transformers and compute what peft's merge computes, to the bit.

    python check_merges.py SIGMASCOPE

Each adapter of the fixtures is merged by the program; the result is loaded by `from_pretrained`, and its output is
compared with that of the model that peft merged. `check` must pass on what peft saves, too. Needs torch,
transformers, peft.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[1] / "Fixtures"
sys.path.insert(0, str(FIXTURES))

import torch  # noqa: E402
from peft import PeftModel  # noqa: E402
from transformers import AutoModel, AutoModelForCausalLM  # noqa: E402

ADAPTERS = {
    "base-minilm": ["lora", "rslora", "dora", "adalora", "vera", "ia3", "hira", "lora-bias",
                    "lora-modules-to-save", "lora-embedding", "ln-tuning", "shira"],
    "base-gpt2": ["gpt2-lora", "gpt2-dora", "gpt2-hira"],
    # Not qwen2-lora-tied: peft adds the update to the tied weight twice, for the embedding and for the head.
    "base-qwen2": ["qwen2-lora"],
}
TYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def output(model, base):
    ids = torch.arange(1, 25).reshape(2, 12) % 60
    with torch.no_grad():
        found = model.eval()(input_ids=ids)
    return found.last_hidden_state if base == "base-minilm" else found.logits




def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    options = parser.parse_args()
    torch.set_num_threads(1)
    faults = 0
    for base, adapters in ADAPTERS.items():
        kind = AutoModel if base == "base-minilm" else AutoModelForCausalLM
        for adapter in adapters:
            for name, dtype in TYPES.items():
                with tempfile.TemporaryDirectory() as folder:
                    ours, theirs = Path(folder) / "ours", Path(folder) / "theirs"
                    places = [str(FIXTURES / base), str(FIXTURES / "adapters" / adapter)]
                    subprocess.run(
                        [options.binary, "merge", *places, "--type", name, "--out", str(ours)],
                        check=True, stdout=subprocess.DEVNULL)
                    model = kind.from_pretrained(FIXTURES / base, dtype=dtype)
                    model = PeftModel.from_pretrained(model, places[1]).merge_and_unload()
                    model.save_pretrained(theirs)
                    expected = output(model, base)
                    loaded = kind.from_pretrained(ours, dtype="auto")
                    same = loaded.dtype == dtype and torch.equal(output(loaded, base), expected)
                    passed = subprocess.run(
                        [options.binary, "check", *places, str(theirs)],
                        stdout=subprocess.DEVNULL).returncode == 0
                    if not (same and passed):
                        faults += 1
                        print(f"{adapter} {name}: output {'equal' if same else 'differs'}, check "
                              f"{'passes' if passed else 'fails'}")
    print(f"{faults} faults")
    sys.exit(faults > 0)


if __name__ == "__main__":
    main()

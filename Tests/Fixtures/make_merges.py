"""Record what peft merges, bit for bit: checksums of every tensor that each adapter changes.

Each adapter of `adapters` is loaded on its base in Float32, BFloat16 and Float16 as peft loads it by
default (its own tensors stay in Float32) and merged by `merge_and_unload`, and in BFloat16 also with
`safe_merge=True` and with `autocast_adapter_dtype=False`. `merges.json` holds a CRC-32 of the bytes of each
changed tensor. The bits depend on the order of sums in PyTorch: versions are in the file. Starts that are
subtracted from the base are left out, because peft merges those into a residual.

Needs torch, transformers, peft. `python make_merges.py [ADAPTER …]`; with `--dump FOLDER` the merged tensors
themselves are written there.
"""

import json
import sys
import tempfile
import zlib
from pathlib import Path

import peft
import torch
import transformers
from peft import PeftModel
from safetensors.torch import load_file, save_file

from make_adapters import ADAPTERS, FIXTURES, SEED, UNSTORED, load_base, unshare

TYPES = {"F32": torch.float32, "BF16": torch.bfloat16, "F16": torch.float16}
WAYS = {"single": {}, "rounded_update": {"safe_merge": True}, "of_base": {}}
LEFT_OUT = ("pissa", "olora", "osf")  # peft splits the base again when these load
EXPERTS = ("base-qwen3moe", "base-mixtral")


def merged(folder, base, dtype, way):
    torch.manual_seed(SEED)
    model = load_base(base, dtype)
    options = {"autocast_adapter_dtype": False} if way == "of_base" else {}
    model = PeftModel.from_pretrained(model, folder, **options)
    if way == "of_base":
        model = model.to(dtype)
    if base in EXPERTS:
        with tempfile.TemporaryDirectory() as copy:
            model.merge_and_unload(**WAYS[way]).save_pretrained(copy)
            return load_file(Path(copy) / "model.safetensors")
    unshare(model)
    state = model.merge_and_unload(**WAYS[way]).state_dict()
    return {key: value.contiguous() for key, value in state.items() if key != UNSTORED}


def original(base, dtype):
    stored = load_file(FIXTURES / base / "model.safetensors")
    return {key: value.to(dtype) for key, value in stored.items()}


def checksum(tensor):
    return zlib.crc32(tensor.contiguous().view(torch.uint8).numpy().tobytes())


def cases(folder, base, dump):
    for name, dtype in TYPES.items():
        before = original(base, dtype)
        for way in WAYS if name == "BF16" else ["single"]:
            try:
                after = merged(folder, base, dtype, way)
            except Exception as error:  # peft refuses some types for some tuners
                print(f"  {folder.name} {name} {way}: {type(error).__name__}: {str(error)[:90]}")
                continue
            changed = {
                key: value
                for key, value in after.items()
                if key in before
                and value.shape == before[key].shape
                and value.dtype == dtype
                and not torch.equal(value, before[key])
            }
            if dump:
                Path(dump).mkdir(parents=True, exist_ok=True)
                save_file(changed, f"{dump}/{folder.name}.{name}.{way}.safetensors")
            yield f"{name} {way}", {key: checksum(value) for key, value in sorted(changed.items())}


def main(arguments):
    dump = None
    if "--dump" in arguments:
        place = arguments.index("--dump")
        dump = arguments[place + 1]
        del arguments[place : place + 2]
    file = FIXTURES / "merges.json"
    document = json.loads(file.read_text()) if arguments and file.exists() else {"adapters": {}}
    document["versions"] = {
        "torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__,
        "capability": torch.backends.cpu.get_cpu_capability(),
    }
    torch.set_num_threads(1)
    for golden in sorted(ADAPTERS.glob("*/golden.json")):
        folder = golden.parent
        if arguments and folder.name not in arguments or folder.name in LEFT_OUT:
            continue
        if folder.name.startswith(("pissa", "olora")) and "converted" not in folder.name:
            continue
        base = json.loads(golden.read_text())["base"]
        document["adapters"][folder.name] = {"base": base, "merges": dict(cases(folder, base, dump))}
    document["adapters"] = dict(sorted(document["adapters"].items()))
    lines = [
        f" {json.dumps(name)}: " + json.dumps(entry, separators=(",", ":"))
        for name, entry in document["adapters"].items()
    ]
    file.write_text(
        '{"versions": ' + json.dumps(document["versions"]) + ',\n"adapters": {\n'
        + ",\n".join(lines) + "\n}}\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])

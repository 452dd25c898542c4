"""Load our adapter files with peft and compare the weights that it merges with those that were trained.

`exports.json` and `configurations.json` are written by the test suite `TrainingExportFileTests` with
`WRITE_EXPORTS=1` in its environment. For each case an adapter folder is made of them, loaded by
`PeftModel.from_pretrained` on the base, and merged. `loaded.json` holds the largest deviation of each case,
relative to the largest entry, and the configurations that were loaded. `configurations.json` may be deleted
then.

The one field that is left out is `task_type`, since the base here is no language model.

Usage: python load_exports.py. Needs torch, peft, safetensors; takes seconds.
"""

import json
import os
import tempfile
import warnings
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
warnings.filterwarnings("ignore")

import peft
import torch
from safetensors.torch import save_file

HERE = Path(__file__).parent


class Net(torch.nn.Module):
    def __init__(self, base):
        super().__init__()
        self.config = {"model_type": "none"}
        self.m0 = torch.nn.Linear(4, 6)
        self.m1 = torch.nn.Linear(6, 4, bias=False)
        self.norm = torch.nn.LayerNorm(4)
        self.load_state_dict(base)

    def forward(self, x):
        return self.m1(self.m0(self.norm(x)))


def tensor(numbers):
    return torch.tensor(numbers["values"], dtype=torch.float32).reshape(numbers["shape"])


exports = json.loads((HERE / "exports.json").read_text())
text = (HERE / "configurations.json").read_text()
base = {name: tensor(value) for name, value in exports["base"].items()}
deviations = {}
for name, fields in json.loads(text).items():
    case = exports["cases"][name]
    with tempfile.TemporaryDirectory() as folder:
        fields["task_type"] = None
        Path(folder, "adapter_config.json").write_text(json.dumps(fields))
        tensors = {key: tensor(value).contiguous() for key, value in case["tensors"].items()}
        save_file(tensors, Path(folder, "adapter_model.safetensors"), metadata={"format": "pt"})
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model = peft.PeftModel.from_pretrained(Net(base), folder)
        missing = [str(w.message) for w in caught if "missing" in str(w.message).lower()]
        assert not missing, (name, missing)
        merged = model.merge_and_unload().state_dict()
    expected = {key: tensor(value) for key, value in case["effective"].items()}
    deviations[name] = max(
        ((merged[key] - value).abs().max() / value.abs().max()).item()
        for key, value in expected.items()
    )
    print(f"{name:28} {deviations[name]:.1e}")
(HERE / "loaded.json").write_text(
    json.dumps(
        {
            "versions": {"peft": peft.__version__, "torch": torch.__version__},
            "deviations": deviations,
            "configurations": text,
        }
    )
)

"""Do the commands that refusals print lead somewhere?

    python check_refusals.py SIGMASCOPE BASE

Makes each input that is refused with a command or a function of PEFT's, runs the program on it, does what it prints, and
runs the program on the result: it must read it and report the norms of the update. Prints a table; exits with 1 if a
refusal does not come, its command fails, or the numbers differ. Commands of programs that are not installed here (DeepSpeed,
verl, llama.cpp) are not tried.
"""

import copy
import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import peft
import torch
import torch.distributed.checkpoint as dcp
import transformers
from safetensors.torch import save_file

BOUND = 1e-5


class Checker:
    def __init__(self, sigmascope: str, base: str, work: Path):
        self.sigmascope, self.base, self.work = sigmascope, base, work
        self.model = transformers.AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
        self.tuned = copy.deepcopy(self.model)
        torch.manual_seed(0)
        with torch.no_grad():
            for parameter in self.tuned.parameters():
                parameter += 0.01 * torch.randn_like(parameter)

    def analyze(self, path: Path) -> subprocess.CompletedProcess:
        out = self.work / "report"
        return subprocess.run(
            [self.sigmascope, "analyze", path, "--base", self.base, "--metrics", "update_frobenius_norm", "--formats",
             "csv", "--no-cache", "--quiet", "--out", out], capture_output=True, text=True)

    def refusal(self, path: Path) -> str:
        run = self.analyze(path)
        assert run.returncode == 65, f"{path.name} was not refused: {run.returncode} {run.stderr}"
        return run.stderr.strip()

    def norms(self, path: Path) -> dict[str, float]:
        run = self.analyze(path)
        assert run.returncode == 0, run.stderr
        with open(self.work / "report" / "metrics.csv") as file:
            return {row["module"]: float(row["update_frobenius_norm"]) for row in csv.DictReader(file)}

    def follow(self, path: Path, **names: str) -> None:
        """Runs the command that the refusal of a path prints, with the words in capitals replaced."""
        command = re.search(r"((?:python|accelerate) .*)", self.refusal(path)).group(1)
        for name, value in names.items():
            command = re.sub(rf"\b{name}\b", value, command)
        environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        subprocess.run(command, shell=True, check=True, cwd=self.work, env=environment, capture_output=True)

    def expect(self, path: Path, model: torch.nn.Module) -> int:
        """Compares the norms with those of a model; returns how many there are."""
        before, after = self.model.state_dict(), model.state_dict()
        norms = self.norms(path)
        for module, norm in norms.items():
            change = after[f"{module}.weight"].double() - before[f"{module}.weight"].double()
            right = change.norm().item()
            assert abs(norm - right) <= BOUND * before[f"{module}.weight"].norm().item(), (module, norm, right)
        assert any(norm > 0 for norm in norms.values())
        return len(norms)

    def lora(self, configuration: peft.PeftConfig) -> peft.PeftModel:
        adapted = peft.get_peft_model(copy.deepcopy(self.model), configuration)
        with torch.no_grad():
            for name, parameter in adapted.named_parameters():
                if parameter.requires_grad:
                    parameter += 0.02 * torch.randn_like(parameter)
        return adapted


def whole_model(check: Checker) -> int:
    file = check.work / "pytorch_model.bin"
    torch.save(check.tuned, file)
    check.follow(file, FILE=file.name, OUT="whole")
    return check.expect(check.work / "whole.safetensors", check.tuned)


def several_mappings(check: Checker) -> int:
    file = check.work / "training.pt"
    torch.save({"model": check.tuned.state_dict(), "teacher": check.model.state_dict()}, file)
    check.follow(file, FILE=file.name, OUT="chosen")
    return check.expect(check.work / "chosen.safetensors", check.tuned)


def compressed_arrays(check: Checker) -> int:
    file = check.work / "compressed.npz"
    np.savez_compressed(file, **{name: value.numpy() for name, value in check.tuned.state_dict().items()})
    check.follow(file, FILE=file.name, OUT="plain")
    return check.expect(check.work / "plain.npz", check.tuned)


def wrapped_model(check: Checker) -> int:
    adapted = check.lora(peft.LoraConfig(r=4, lora_alpha=6, target_modules=["q_proj", "up_proj"], init_lora_weights=False))
    folder = check.work / "wrapped"
    folder.mkdir()
    save_file({name: value.clone() for name, value in adapted.state_dict().items()}, folder / "model.safetensors")
    shutil.copy(Path(check.base) / "config.json", folder)
    check.follow(folder, FILE="wrapped/model.safetensors", RANK="4", ALPHA="6", BASE=check.base, OUT="adapter")
    return check.expect(check.work / "adapter", adapted.merge_and_unload())


def distributed(check: Checker) -> int:
    folder = check.work / "distributed"
    dcp.save(check.tuned.state_dict(), checkpoint_id=folder, no_dist=True)
    check.follow(folder, FOLDER=folder.name, OUT="joined")
    return check.expect(check.work / "joined.pt", check.tuned)


def fsdp(check: Checker) -> int:
    folder = check.work / "checkpoint-8"
    dcp.save({"model": check.tuned.state_dict()}, checkpoint_id=folder / "pytorch_model_fsdp_0", no_dist=True)
    check.follow(folder, CHECKPOINT=folder.name, OUT="merged")
    return check.expect(check.work / "merged" / "model.safetensors", check.tuned)


def saved_again(check: Checker) -> int:
    count = 0
    for name, configuration in {
        "unilora": peft.UniLoraConfig(r=4, target_modules=["q_proj"], save_indices=False),
        "tinylora": peft.TinyLoraConfig(r=4, target_modules=["q_proj"], save_projection=False),
    }.items():
        adapted = check.lora(configuration)
        folder = check.work / name
        adapted.save_pretrained(folder)
        option = re.search(r"configuration that has (\w+)=True and save it again", check.refusal(folder)).group(1)
        completed = peft.PeftConfig.from_pretrained(folder)
        setattr(completed, option, True)
        again = check.work / f"{name}-again"
        peft.PeftModel.from_pretrained(copy.deepcopy(check.model), folder, config=completed).save_pretrained(again)
        count += check.expect(again, adapted.merge_and_unload())
    return count


CASES = [whole_model, several_mappings, compressed_arrays, wrapped_model, distributed, fsdp, saved_again]


def main() -> None:
    sigmascope, base = (os.path.abspath(path) for path in sys.argv[1:])
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    warnings.simplefilter("ignore")
    print(f"peft {peft.__version__}, transformers {transformers.__version__}, torch {torch.__version__}\n")
    print("| refused | matrices read after what is printed |\n| --- | --- |")
    failed = False
    for case in CASES:
        with tempfile.TemporaryDirectory() as work:
            try:
                result = case(Checker(sigmascope, base, Path(work)))
            except (AssertionError, subprocess.CalledProcessError) as error:
                failed = True
                result = f"failed: {error} {getattr(error, 'stderr', b'')[-600:]}"
        print(f"| {case.__name__.replace('_', ' ')} | {result} |", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()

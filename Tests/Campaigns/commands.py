"""The commands that write, and what their output must be. The campaigns of this folder share them."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
DATA = PACKAGE / "notebooks-data"
TRAIN = ["--prompts", "4", "--group", "4", "--evaluation-problems", "8", "--evaluate-every", "2"]
STUDY = f"""
title = "killed"
base = "{DATA}/base-scratchpad"
baseline = "lora"
seeds = [0]
[run]
learning-rate = 3e-3
steps = 3
prompts = 4
evaluation-problems = 8
[[arm]]
adapter = ["lora", "pissa"]
"""

TUNED = f"{DATA}/trl-scratchpad/full-seed0"
MERGED = f"{DATA}/trl-scratchpad/lora-seed0"
# Name: arguments, how it is continued, whether an older output may be in its place. A new command is one line here.
COMMANDS = {
    "merge": (["merge", f"{DATA}/base-scratchpad", MERGED], ["--resume"], False),
    "extract": (["extract", f"{DATA}/base-scratchpad", TUNED, "--rank", "energy=0.9", "--jobs", "2"], ["--resume"], False),
    "analyze": (["analyze", f"{DATA}/tiny-qwen2-grpo/runs/pissa", "--steps", "last", "--jobs", "2"], ["--resume"], True),
    "compare": (
        ["compare", f"{DATA}/trl-scratchpad/lora-seed0", f"{DATA}/trl-scratchpad/pissa-seed0", "--jobs", "2"],
        ["--resume"], True),
    "train": (["train", "--base", f"{DATA}/base-scratchpad", "--steps", "6", "--save-every", "2", *TRAIN], ["--resume"], False),
    "pretrain": (["pretrain", "--task", "scratchpad", "--task-option", "digits=2", "--steps", "8", "--batch", "8", "--width", "16"], [], True),
    "reproduce": (["reproduce", "--study", "study.toml", "--jobs", "2"], ["--resume"], False),
}



def contents(folder):
    """All files below a folder, without what tells only how long something took or how it was called."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            continue
        data = path.read_bytes()
        if path.suffix in (".json", ".jsonl", ".html"):
            data = re.sub(rb',?"(step_time|tokens_per_second)": ?[0-9.e+-]+', b"", data)
            data = re.sub(rb',?\s*"--resume"| --resume', b"", data)
        files[str(path.relative_to(folder))] = data
    return files


def differences(one, other):
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


# Those that write a model: they print their results, have no --quiet, and replace nothing: a finished one is refused, and its
# output stays as it is.
WRITERS = {"merge", "extract"}


class Trials:
    """Trials of one command: places to run it in, the output of a run that nothing disturbed, and the faults found."""

    def __init__(self, program, name):
        self.program = os.path.realpath(program)
        self.is_once = name in WRITERS
        self.quiet = [] if self.is_once else ["--quiet"]
        self.arguments, self.continued, self.replaces = COMMANDS[name]
        self.faults = []
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sigmascope-campaign-"))
        begin = time.monotonic()
        place = self.scene("whole", None)
        if not self.finish(place, []):
            sys.exit(f"{name} does not even run undisturbed: {self.faults[0]}")
        self.seconds = time.monotonic() - begin
        self.whole = self.contents(place)

    def scene(self, name, older):
        """An empty folder to work in, with an older output if there is to be one."""
        place = self.folder / name
        place.mkdir()
        (place / "study.toml").write_text(STUDY)
        if older:
            shutil.copytree(older, place / "out")
        return place

    def older(self, number):
        """In every other trial, an output that is replaced. It has the same bytes, so one comparison serves for both."""
        return self.folder / "whole/out" if self.replaces and number % 2 else None

    def contents(self, place):
        return contents(place / "out")

    def start(self, place, options, out="out", **variables):
        environment = {
            **os.environ, "SIGMASCOPE_CACHE": str(place / "cache"), "OPENBLAS_NUM_THREADS": "1", **variables}
        return subprocess.Popen(
            [self.program, *self.arguments, *self.quiet, "--out", out, *options], cwd=place, env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def fault(self, place, text):
        self.faults.append(f"{place.name}: {text}")

    def finish(self, place, options):
        process = self.start(place, options)
        message = process.communicate()[1].decode(errors="replace").strip()
        if process.returncode != 0:
            self.fault(place, f"ends with {process.returncode}: {message}")
        return process.returncode == 0

    def check_whole(self, place, when):
        if wrong := differences(self.whole, self.contents(place)):
            self.fault(place, f"{when}, {wrong[:3]} of the output are not whole")

    def check_end(self, place, options):
        """Lets the command end undisturbed, and checks the bytes and that nothing hidden or partial is beside them."""
        if self.is_once and (place / "out").exists():
            process = self.start(place, options)
            message = process.communicate()[1].decode(errors="replace").strip()
            if process.returncode != 74 or "exists" not in message:
                self.fault(place, f"a finished output is not refused: {process.returncode}, {message}")
            self.check_whole(place, "at the end")
            self.check_nothing_left(place)
        elif self.finish(place, options):
            self.check_whole(place, "at the end")
            self.check_nothing_left(place)
        shutil.rmtree(place)

    def check_nothing_left(self, place):
        left = [path for path in place.rglob("*") if path.name.endswith((".tmp", ".partial", ".old"))]
        if left:
            self.fault(place, f"leaves {[str(path.relative_to(place)) for path in left]}")

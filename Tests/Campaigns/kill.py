#!/usr/bin/env python3
"""Kills every command that writes at random moments, and checks that nothing is lost, damaged or left behind.

    Tests/Campaigns/kill.py .build/release/sigmascope
    Tests/Campaigns/kill.py .build/release/sigmascope --kills 20 --commands train,reproduce --seed 7

A trial starts a command in an empty folder, kills it with SIGKILL at a random moment, up to three times in a row, and
then lets it end: with --resume if the command has that, else started again. What the folder then holds must be the bytes
of a command that was never stopped, with no hidden or partial folder beside it. In every other trial an older output is
there; after each kill, it or the new one must be there whole. The program may only end with code 0.

Moments are drawn with the seed. The time a command takes depends on the machine, so the same seed does not give the same
kills on another one. No time decides whether a trial passes.
"""
import argparse
import os
import pathlib
import random
import re
import shutil
import signal
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

# Name: arguments, how it is continued, whether an older output may be in its place. A new command is one line here.
COMMANDS = {
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


class Trials:
    def __init__(self, program, name):
        self.program = os.path.realpath(program)
        self.arguments, self.continued, self.replaces = COMMANDS[name]
        self.faults = []
        self.kills = 0
        self.late = 0
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sigmascope-kill-"))
        begin = time.monotonic()
        self.finish(self.scene("whole", None), [])
        self.seconds = time.monotonic() - begin
        self.whole = contents(self.folder / "whole/out")

    def scene(self, name, older):
        """An empty folder to work in, with an older output if there is to be one."""
        place = self.folder / name
        place.mkdir()
        (place / "study.toml").write_text(STUDY)
        if older:
            shutil.copytree(older, place / "out")
        return place

    def start(self, place, options):
        environment = {**os.environ, "SIGMASCOPE_CACHE": str(place / "cache"), "OPENBLAS_NUM_THREADS": "1"}
        return subprocess.Popen(
            [self.program, *self.arguments, "--quiet", "--out", "out", *options], cwd=place, env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def finish(self, place, options):
        process = self.start(place, options)
        message = process.communicate()[1].decode(errors="replace").strip()
        if process.returncode != 0:
            self.faults.append(f"{place.name}: ends with {process.returncode}: {message}")
        return process.returncode == 0

    def trial(self, number, generator):
        # An older output of the same command is replaced; it has the same bytes, so one comparison serves for both.
        older = self.folder / "whole/out" if self.replaces and number % 2 else None
        place = self.scene(f"trial-{number}", older)
        options = []
        for _ in range(generator.randint(1, 3)):
            process = self.start(place, options)
            time.sleep(generator.uniform(0, 1.05 * self.seconds))
            process.send_signal(signal.SIGKILL)
            message = process.communicate()[1].decode(errors="replace").strip()
            if process.returncode == -signal.SIGKILL:
                self.kills += 1
            elif process.returncode == 0:
                self.late += 1
            else:
                self.faults.append(f"{place.name}: ends with {process.returncode}: {message}")
            if self.replaces and (older or (place / "out").exists()):
                if wrong := differences(self.whole, contents(place / "out")):
                    self.faults.append(f"{place.name}: after a kill, {wrong[:3]} of the output are not whole")
            # A command that had ended is not continued: a report is made again, a finished run is.
            options = self.continued
        if self.finish(place, options):
            if wrong := differences(self.whole, contents(place / "out")):
                self.faults.append(f"{place.name}: other bytes in {wrong[:3]}")
            left = [path for path in place.rglob("*") if path.name.endswith((".tmp", ".partial", ".old"))]
            if left:
                self.faults.append(f"{place.name}: leaves {[str(path.relative_to(place)) for path in left]}")
        shutil.rmtree(place)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=100, help="for each command; default 100")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--commands", default=",".join(COMMANDS), help="separated by commas")
    options = parser.parse_args()
    faults = 0
    for name in options.commands.split(","):
        trials = Trials(options.program, name)
        generator = random.Random(f"{options.seed} {name}")
        number = 0
        while trials.kills < options.kills and len(trials.faults) < 10 and number < 3 * options.kills:
            number += 1
            trials.trial(number, generator)
        print(f"{name}: {trials.kills} kills in {number} trials, {trials.late} ended first, {len(trials.faults)} faults", flush=True)
        for fault in trials.faults:
            print(f"  {fault}", flush=True)
        faults += len(trials.faults)
        shutil.rmtree(trials.folder)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

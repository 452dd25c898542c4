#!/usr/bin/env python3
"""Makes the file system or the clock fail under every command that writes. On Linux; needs a C compiler.

    Tests/Campaigns/faults.py .build/release/sigmascope
    Tests/Campaigns/faults.py .build/release/sigmascope --trials 10 --commands train --kinds eio,kill --seed 7

A trial starts a command in an empty folder with faults.c preloaded, which lets one call to the system fail. Its
beginning says what kinds of failure there are. The calls are drawn with the seed, or all are tried if they are few.

- If a change of a file fails, the command ends with code 74 and one line, or succeeds without that change; a write that
  is short, a slow system and a clock that jumps are no reason to fail, and no duration is negative.
- If a read fails, or the question what is at a path, the command ends with code 65 or 74 and one line that names a file, or does without what it read. A
  report of other bytes says what was left out. Half of these trials continue a command that was killed.
- Any other command that ended with 0 gave the bytes that it always gives. An older output is whole after any failure.
  Continued with --resume, or started again, the command gives these bytes and leaves nothing hidden.
"""
import argparse
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import commands

# Kind: which of the counted classes of calls it strikes, and the codes that the command may end with.
KINDS = {
    "eio": (0, (0, 74)),
    "enospc": (0, (0, 74)),
    "short": (0, (0,)),
    "slow": (0, (0,)),
    "kill": (0, (-signal.SIGKILL,)),
    "halfkill": (0, (-signal.SIGKILL,)),
    "read": (1, (0, 65, 74)),
    "stat": (3, (0, 65, 74)),
    "back": (2, (0,)),
    "forward": (2, (0,)),
}


class Faults(commands.Trials):
    def __init__(self, program, name, library):
        self.begin()
        super().__init__(program, name)
        self.library = library
        # With an older output there are more calls, and with a cache there are others.
        place = self.scene("counted", self.older(1))
        self.strike(place, "none", 0)
        self.counts = [int(count) for count in (place / "counts").read_text().split()]

    def begin(self):
        """Counts anew."""
        self.faults = []
        self.codes = {}
        # How many reports said that they do without a file.
        self.told = 0
        # The path of the call that failed last.
        self.struck = "nothing"

    def count(self, code):
        self.codes[code] = self.codes.get(code, 0) + 1

    def print_row(self, name, kind, calls):
        """Prints what was counted, and returns the number of faults."""
        codes = ", ".join(f"{code} × {times}" for code, times in sorted(self.codes.items(), key=str))
        told = f", {self.told} reports without a file" if self.told else ""
        trials = sum(self.codes.values())
        print(f"{name:10} {kind:9} {calls:6} {trials:6} {len(self.faults):6}  {codes}{told}", flush=True)
        for fault in self.faults:
            print(f"  {fault}", flush=True)
        return len(self.faults)

    def fault(self, place, text):
        struck = self.struck.replace(str(place), ".").replace(str(commands.DATA), "DATA")
        super().fault(place, f"at {struck}: {text}")

    def read_struck(self, place):
        file = place / "struck"
        self.struck = file.read_text() if file.exists() else "nothing"

    def watched(self, place):
        """The folders and files whose calls count."""
        return f"{place}:out:study.toml:{commands.DATA}"

    def strike(self, place, kind, call, options=()):
        process = self.start(
            place, options, LD_PRELOAD=str(self.library), FAULT_KIND=kind, FAULT_AT=str(call),
            FAULT_BELOW=self.watched(place), FAULT_COUNTS=str(place / "counts"),
            FAULT_STRUCK=str(place / "struck"))
        try:
            message = process.communicate(timeout=600)[1].decode(errors="replace").strip()
        except subprocess.TimeoutExpired:
            process.kill()
            return "no end", process.communicate()[1].decode(errors="replace").strip()
        # The writers of models say in lines of their own what is kept to be continued, and what is not.
        said = ("note: what is finished is kept in", "note: starting over") if self.is_once else ()
        lines = [line for line in message.splitlines() if not line.startswith(said)]
        return process.returncode, "\n".join(lines)

    def tells_omission(self, place):
        """Whether a report says that it does without the file that was struck."""
        files = [place / "out" / name for name in ("summary.json", "comparison.json", "study.json")]
        name = pathlib.Path(self.struck).name
        texts = [file.read_text() for file in files if file.exists()]
        return any(name in text and ("is left out: " in text or "are not compared: " in text) for text in texts)

    def trial(self, kind, call, number, generator):
        older = self.older(number)
        place = self.scene(f"{kind}-{call}-{'over' if older else 'new'}", older)
        options = []
        if kind in ("read", "stat") and self.continued and call % 2:
            self.strike(place, "kill", generator.randint(1, self.counts[0]))
            options = self.continued
        code, message = self.strike(place, kind, call, options)
        self.count(code)
        self.read_struck(place)
        # The order of calls of two threads differs, so a late call may not come.
        if code not in KINDS[kind][1] and not (code == 0 and kind in ("kill", "halfkill")):
            self.fault(place, f"ends with {code}: {message}")
        if code in (65, 74) and ("\n" in message or "error: " not in message):
            self.fault(place, f"ends with {code} and not with one line: {message}")
        if code in (65, 74) and not re.search(r"'[^']*/[^']*'|'out[^']*'|study.toml", message):
            self.fault(place, f"names no file: {message}")
        if code == 0 and message:
            self.fault(place, f"ends with 0, but says {message}")
        if code == 0 and kind in ("read", "stat") and self.tells_omission(place):
            self.told += 1
        elif code == 0 or older:
            self.check_whole(place, f"after {code}")
        for log in place.rglob("metrics.jsonl"):
            for seconds in re.findall(r'"step_time": ?([0-9.e+-]+)', log.read_text()):
                if not 0 <= float(seconds) < 3600:
                    self.fault(place, f"a step of {seconds} s")
        if options and (place / self.struck).is_dir():
            # What the killed process left was not found, and nothing else of its name is written.
            shutil.rmtree(place)
        else:
            self.check_end(place, self.continued)


def compiled(folder):
    """The library of faults.c, compiled into a folder."""
    library = folder / "faults.so"
    source = pathlib.Path(__file__).with_suffix(".c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-Wall", "-o", library, source, "-ldl"], check=True)
    return library


def print_heading():
    print(f"{'command':10} {'kind':9} {'calls':>6} {'trials':>6} {'faults':>6}  codes", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--trials", type=int, default=100, help="for each command and kind; default 100")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--commands", default=",".join(commands.COMMANDS), help="separated by commas")
    parser.add_argument("--kinds", default=",".join(KINDS), help="separated by commas")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sigmascope-faults-"))
    library = compiled(folder)
    found = 0
    print_heading()
    for name in options.commands.split(","):
        trials = Faults(options.program, name, library)
        for kind in options.kinds.split(","):
            calls = trials.counts[KINDS[kind][0]]
            if calls == 0:
                sys.exit(f"{name}: no call was seen that {kind} strikes: is the program linked statically?")
            generator = random.Random(f"{options.seed} {name} {kind}")
            wanted = 2 if kind == "slow" else options.trials
            # Every other trial has an older output, so that each call is tried with and without one.
            chosen = [(call, number) for call in range(1, calls + 1) for number in (0, 1)]
            trials.begin()
            for call, number in generator.sample(chosen, min(wanted, len(chosen))):
                trials.trial(kind, call, number, generator)
                if len(trials.faults) >= 10:
                    break
            found += trials.print_row(name, kind, calls)
        shutil.rmtree(trials.folder)
    shutil.rmtree(folder)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Makes the file system or the clock fail under every command that writes. On Linux; needs a C compiler.

    Tests/Campaigns/faults.py .build/release/sigmascope
    Tests/Campaigns/faults.py .build/release/sigmascope --trials 10 --commands train --kinds eio,kill --seed 7

A trial starts a command in an empty folder with faults.c preloaded, which lets one call to the system fail. Its
beginning says what kinds of failure there are. The calls are drawn with the seed, or all are tried if they are few.

- If a change of a file fails, the command ends with code 74 and one line, or succeeds without that change; a write that
  is short, a slow system and a clock that jumps are no reason to fail, and no duration is negative.
- If a read fails, the command ends with code 65 or 74 and one line that names a file, or does without what it read.
- A command that ended with 0 gave the bytes that it always gives. An older output is whole after any failure. Continued
  with --resume, or started again, the command gives these bytes and leaves nothing hidden.
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
    "back": (2, (0,)),
    "forward": (2, (0,)),
}


class Faults(commands.Trials):
    def __init__(self, program, name, library):
        self.struck = "nothing"
        super().__init__(program, name)
        self.library = library
        self.codes = {}
        # With an older output there are more calls, and with a cache there are others.
        place = self.scene("counted", self.older(1))
        self.strike(place, "none", 0)
        self.counts = [int(count) for count in (place / "counts").read_text().split()]

    def fault(self, place, text):
        super().fault(place, f"at {self.struck.replace(str(place), '.').replace(str(commands.DATA), 'DATA')}: {text}")

    def strike(self, place, kind, call, options=()):
        process = self.start(
            place, options, LD_PRELOAD=str(self.library), FAULT_KIND=kind, FAULT_AT=str(call),
            FAULT_BELOW=f"{place}:{commands.DATA}", FAULT_COUNTS=str(place / "counts"),
            FAULT_STRUCK=str(place / "struck"))
        try:
            message = process.communicate(timeout=120)[1].decode(errors="replace").strip()
        except subprocess.TimeoutExpired:
            process.kill()
            return "no end", process.communicate()[1].decode(errors="replace").strip()
        return process.returncode, message

    def trial(self, kind, call, number):
        older = self.older(number)
        place = self.scene(f"{kind}-{call}-{'over' if older else 'new'}", older)
        code, message = self.strike(place, kind, call)
        self.codes[code] = self.codes.get(code, 0) + 1
        self.struck = (place / "struck").read_text() if (place / "struck").exists() else "nothing"
        # The order of calls of two threads differs, so a late call may not come.
        if code not in KINDS[kind][1] and not (code == 0 and kind in ("kill", "halfkill")):
            self.fault(place, f"ends with {code}: {message}")
        if code in (65, 74) and ("\n" in message or "error: " not in message):
            self.fault(place, f"ends with {code} and not with one line: {message}")
        if code in (65, 74) and not re.search(r"'[^']*/[^']*'|'out[^']*'", message):
            self.fault(place, f"names no file: {message}")
        if code == 0 and message:
            self.fault(place, f"ends with 0, but says {message}")
        if code == 0 or (older and self.replaces):
            self.check_whole(place, f"after {code}")
        for log in place.rglob("metrics.jsonl"):
            for seconds in re.findall(r'"step_time": ?([0-9.e+-]+)', log.read_text()):
                if not 0 <= float(seconds) < 3600:
                    self.fault(place, f"a step of {seconds} s")
        self.check_end(place, self.continued)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--trials", type=int, default=100, help="for each command and kind; default 100")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--commands", default=",".join(commands.COMMANDS), help="separated by commas")
    parser.add_argument("--kinds", default=",".join(KINDS), help="separated by commas")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sigmascope-faults-"))
    library = folder / "faults.so"
    source = pathlib.Path(__file__).with_suffix(".c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-Wall", "-o", library, source, "-ldl"], check=True)
    faults = 0
    print(f"{'command':10} {'kind':9} {'calls':>6} {'trials':>6} {'faults':>6}  codes", flush=True)
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
            trials.codes, trials.faults = {}, []
            for call, number in generator.sample(chosen, min(wanted, len(chosen))):
                trials.trial(kind, call, number)
                if len(trials.faults) >= 10:
                    break
            count = sum(trials.codes.values())
            codes = ", ".join(f"{code} × {times}" for code, times in sorted(trials.codes.items(), key=str))
            print(f"{name:10} {kind:9} {calls:6} {count:6} {len(trials.faults):6}  {codes}", flush=True)
            for fault in trials.faults:
                print(f"  {fault}", flush=True)
            faults += len(trials.faults)
        shutil.rmtree(trials.folder)
    shutil.rmtree(folder)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

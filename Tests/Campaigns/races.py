#!/usr/bin/env python3
"""Changes files while they are read, and runs two processes at once on one output and one cache. On Linux.

    Tests/Campaigns/races.py .build/release/sigmascope
    Tests/Campaigns/races.py .build/release/sigmascope --trials 10 --commands analyze --kinds backdate,together

In a trial, faults.c changes the file that is being read right before one of the reads: it is cut, made longer,
overwritten, overwritten under its old date, replaced by a file of the same bytes, or deleted. The command then ends with
code 65 and one line, or gives the bytes that come from the file as it was, or those that come from the file as it is.

`together` starts two processes at one moment on one output, `beside` on two outputs, both with one empty cache. Each
ends with code 0 or, on one output, with 74; the bytes are those of a process that was alone.
"""
import argparse
import pathlib
import random
import re
import shutil
import sys
import tempfile

import commands
import faults

CHANGES = ["truncate", "grow", "overwrite", "backdate", "replace", "delete"]
KINDS = [*CHANGES, "together", "beside"]


class Races(faults.Faults):
    """Trials on copies of the inputs, which may be changed."""

    def __init__(self, program, name, library):
        self.outputs = {}
        super().__init__(program, name, library)

    def scene(self, name, older):
        place = super().scene(name, older)
        shutil.copytree(commands.DATA, place / "data", ignore=shutil.ignore_patterns("full-study"))
        (place / "study.toml").write_text(commands.STUDY.replace(str(commands.DATA), "data"))
        return place

    def watched(self, place):
        return f"{place}/data:{place}/study.toml:data:study.toml"

    def start(self, place, options, out="out", **variables):
        self.arguments = [argument.replace(str(commands.DATA), "data") for argument in self.arguments]
        return super().start(place, options, out, **variables)

    def contents(self, place, out="out"):
        files = commands.contents(place / out)
        return {name: data.replace(str(place).encode(), b"PLACE") for name, data in files.items()}

    def output_from(self, inputs, struck, kind):
        """What the command gives if one of its inputs has been changed already; None if it gives nothing."""
        name = str((inputs / struck).relative_to(inputs))
        if (name, kind) not in self.outputs:
            place = self.scene("changed", None)
            shutil.rmtree(place / "data")
            shutil.copytree(inputs / "data", place / "data")
            process = self.start(place, [])
            process.communicate()
            self.outputs[name, kind] = self.contents(place) if process.returncode == 0 else None
            shutil.rmtree(place)
        return self.outputs[name, kind]

    def change(self, kind, call):
        place = self.scene(f"{kind}-{call}", None)
        code, message = self.strike(place, kind, call)
        self.read_struck(place)
        self.count(code)
        if code == 0 and self.tells_omission(place):
            self.told += 1
        elif code == 0 and self.contents(place) != self.whole:
            if self.contents(place) != self.output_from(place, self.struck, kind):
                self.fault(place, "other bytes than those of either file")
        elif code == 65 and ("\n" in message or not re.search("/|study.toml", message)):
            self.fault(place, f"not one line that names a file: {message}")
        elif code not in (0, 65):
            self.fault(place, f"ends with {code}: {message}")
        shutil.rmtree(place)

    def together(self, kind, number):
        place = self.scene(f"{kind}-{number}", None)
        outs = ["out", "out"] if kind == "together" else ["out", "other"]
        processes = [self.start(place, self.continued, out) for out in outs]
        for process in processes:
            message = process.communicate()[1].decode(errors="replace").strip()
            self.count(process.returncode)
            if process.returncode not in ((0, 74) if kind == "together" else (0,)) or "\n" in message:
                self.fault(place, f"ends with {process.returncode}: {message}")
        for out in set(outs):
            # The name of the output is in the command that a report shows.
            files = self.contents(place, out)
            if out == "out" and (wrong := commands.differences(self.whole, files)):
                self.fault(place, f"other bytes in {wrong[:3]}")
            if files.keys() != self.whole.keys():
                self.fault(place, f"other files in {out}")
        self.check_nothing_left(place)
        shutil.rmtree(place)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--trials", type=int, default=100, help="for each command and kind; default 100")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--commands", default=",".join(commands.COMMANDS), help="separated by commas")
    parser.add_argument("--kinds", default=",".join(KINDS), help="separated by commas")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sigmascope-races-"))
    library = faults.compiled(folder)
    found = 0
    faults.print_heading()
    for name in options.commands.split(","):
        trials = Races(options.program, name, library)
        for kind in options.kinds.split(","):
            generator = random.Random(f"{options.seed} {name} {kind}")
            reads = trials.counts[1]
            calls = generator.sample(range(1, reads + 1), min(reads, options.trials))
            trials.begin()
            for call in calls if kind in CHANGES else range(options.trials):
                (trials.change if kind in CHANGES else trials.together)(kind, call)
                if len(trials.faults) >= 10:
                    break
            found += trials.print_row(name, kind, reads)
        shutil.rmtree(trials.folder)
    shutil.rmtree(folder)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

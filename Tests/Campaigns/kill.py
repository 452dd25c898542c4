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
import random
import shutil
import signal
import sys
import time

import commands


class Kills(commands.Trials):
    def __init__(self, program, name):
        super().__init__(program, name)
        self.kills = 0
        self.late = 0

    def trial(self, number, generator):
        older = self.older(number)
        place = self.scene(f"trial-{number}", older)
        options = []
        for _ in range(generator.randint(1, 3)):
            process = self.start(place, options)
            time.sleep(generator.uniform(0, 1.05 * self.seconds))
            process.send_signal(signal.SIGKILL)
            message = process.communicate()[1].decode(errors="replace").strip()
            if process.returncode == -signal.SIGKILL:
                self.kills += 1
            elif process.returncode == 0 or self.is_once and (place / "out").exists():
                self.late += 1
            else:
                self.fault(place, f"ends with {process.returncode}: {message}")
            if (self.replaces or self.is_once) and (older or (place / "out").exists()):
                self.check_whole(place, "after a kill")
            # A command that had ended is not continued: a report is made again, a finished run is.
            options = self.continued
        self.check_end(place, options)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=100, help="for each command; default 100")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--commands", default=",".join(commands.COMMANDS), help="separated by commas")
    options = parser.parse_args()
    faults = 0
    for name in options.commands.split(","):
        trials = Kills(options.program, name)
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

"""The commands that have a result of their own in Python. Every other one is `sigmascope.run("NAME", …)`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Union

from .frames import Library
from .report import PathLike, Report
from .running import run

Progressing = Union[bool, Callable[[int, int], None]]


def analyze(
    *paths: PathLike,
    out: PathLike = "sigmascope-report",
    frames: Library = None,
    progress: Progressing = True,
    **options: object,
) -> Report:
    """What fine-tuning did to the weights of checkpoints, runs or folders of runs.

    Options are those of `sigmascope analyze --help`: `analyze("outputs", base="models/base", steps="last")`. A condition
    of `fail_on` that holds is no exception: see `Report.failed`.
    """
    done = run("analyze", *paths, progress=progress, out=out, **options)
    return Report(out, library=frames, completed=done)


def compare(
    *paths: PathLike,
    out: PathLike = "sigmascope-comparison",
    frames: Library = None,
    progress: Progressing = True,
    **options: object,
) -> Report:
    """What runs reached, side by side and like with like; options of `sigmascope compare --help`."""
    done = run("compare", *paths, progress=progress, out=out, **options)
    return Report(out, library=frames, completed=done)


def advise(
    *, out: PathLike = "sigmascope-advice", frames: Library = None, progress: Progressing = True, **options: object
) -> Report:
    """Which learning rate starts bear on a base and a task, before training, or what the first steps of a run say
    (`run="probe"`); options of `sigmascope advise --help`."""
    done = run("advise", progress=progress, out=out, **options)
    return Report(out, library=frames, completed=done)


def reproduce(
    *, out: PathLike = "sigmascope-study", frames: Library = None, progress: Progressing = True, **options: object
) -> Report:
    """A study: methods, starts, rates and seeds trained and compared; options of `sigmascope reproduce --help`."""
    done = run("reproduce", progress=progress, out=out, **options)
    return Report(Path(out) / "report", library=frames, completed=done)


@dataclass(frozen=True)
class Check:
    """Whether a merged checkpoint holds an adapter."""

    passed: bool
    document: dict[str, Any]
    """What `sigmascope check --json` prints: conclusion, fault, headline, weights, findings."""

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        return str(self.document["headline"])


def check(base: PathLike, second: PathLike, third: PathLike, **options: object) -> Check:
    """Checks a merge: `check(base, adapter, merged)`; or the start of a run: `check(base, residual, adapter)`.

    A merge that does not hold its adapter is a result, and no exception.
    """
    done = run("check", base, second, third, progress=False, json=True, **options)
    return Check(done.code == 0, json.loads(done.output))

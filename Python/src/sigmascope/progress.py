"""How far a command is: with tqdm, in a line of a terminal, or told to a function."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

Progress = Callable[[int, int], None]
"""Is called with how much is done and the total."""


@contextlib.contextmanager
def shown(progress: bool | Progress, title: str) -> Iterator[Progress]:
    """What to call while a command runs. Nothing is left on the screen but tqdm's last line."""
    if callable(progress):
        yield progress
    elif not progress:
        yield lambda done, total: None
    else:
        with _bar(title) as tell:
            yield tell


@contextlib.contextmanager
def _bar(title: str) -> Iterator[Progress]:
    try:
        with warnings.catch_warnings():
            # Without ipywidgets tqdm says that it takes text in a notebook. That is well.
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm
    except ImportError:
        with _line(title) as tell:
            yield tell
        return
    bars: list[Any] = []

    def update(done: int, total: int) -> None:
        if not bars:
            bars.append(tqdm(total=total, desc=title))
        bar = bars[0]
        bar.total = total
        bar.update(done - bar.n)

    try:
        yield update
    finally:
        for bar in bars:
            bar.close()


@contextlib.contextmanager
def _line(title: str) -> Iterator[Progress]:
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    try:
        yield lambda done, total: print(f"\r{title}: {done}/{total}", end="", file=sys.stderr, flush=True)
    finally:
        print("\r\x1b[2K", end="", file=sys.stderr, flush=True)

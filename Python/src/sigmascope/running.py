"""Runs the program to its end: what it prints, how far it is, Ctrl-C."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import selectors
import signal
import struct
import subprocess
import termios
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from . import program
from .errors import refusal
from .options import command_line
from .progress import Progress, shown

# `████░░░░ 12/432  3.1/s  40 s left` of an analysis, `3/18 probes` of advise, `[12/60] pissa-lr3e-3-seed0` of a study.
_HOW_FAR = re.compile(r"(?:[█░]+ |\[)?(\d+)/(\d+)(?:\]|\s|$)")


@dataclass(frozen=True)
class Completed:
    """A command that did what it was asked."""

    code: int
    """0, or 1 where a check failed or a condition of `fail_on` holds."""
    output: str
    """What it printed."""
    messages: tuple[str, ...]
    """What it said beside: findings, notes."""


def run(
    command: str, *arguments: object, progress: bool | Callable[[int, int], None] = True, **options: object
) -> Completed:
    """Runs any command of the program: `run("merge", base, adapter, out="merged")`.

    Keyword arguments are options of the command line, by the one rule of `sigmascope.options.command_line`. `progress`
    shows how far it is (with tqdm, if that is installed), or is called with what is done and the total.

    Raises what `sigmascope.errors` has where the program refuses. Ctrl-C stops the program as it stops in a terminal, and
    then raises `KeyboardInterrupt`; its workspace stays for `resume=True`.
    """
    words = command_line(command, arguments, options)
    with shown(progress, command) as tell:
        return _run(words, tell)


def _run(words: list[str], tell: Progress) -> Completed:
    output = bytearray()
    ear = _Ear(tell)
    with _terminal() as (ours, theirs), selectors.DefaultSelector() as selector:
        process = program.start(words, stdout=subprocess.PIPE, stderr=theirs)
        os.close(theirs)
        assert process.stdout is not None
        with process.stdout as printed:
            takers: dict[int, Callable[[bytes], None]] = {ours: ear.hear, printed.fileno(): output.extend}
            for descriptor in takers:
                selector.register(descriptor, selectors.EVENT_READ)

            def follow() -> None:
                while selector.get_map():
                    for key, _ in selector.select():
                        if piece := _read(key.fd):
                            takers[key.fd](piece)
                        else:
                            selector.unregister(key.fd)
                process.wait()

            try:
                follow()
            except BaseException:
                ear.tell = lambda done, total: None
                _stop(process, follow)
                raise
    if process.returncode not in (0, 1):
        raise refusal(process.returncode, ear.messages)
    return Completed(process.returncode, output.decode("utf-8", "replace"), tuple(ear.messages))


def _stop(process: subprocess.Popen[bytes], follow: Callable[[], None]) -> None:
    """Asks the program to stop, and waits until it has; whoever asks again does not want to wait."""
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(KeyboardInterrupt):
            follow()


@contextlib.contextmanager
def _terminal() -> Iterator[tuple[int, int]]:
    """A pretended terminal for standard error, so wide that no line is broken. On a terminal the program says ten times a
    second how far it is, else every ten seconds. A small container may have none: then it is a pipe."""
    try:
        ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 10_000, 0, 0))
    except OSError:
        ours, theirs = os.pipe()
    try:
        yield ours, theirs
    finally:
        os.close(ours)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:  # What Linux says of a terminal whose other end nobody holds any more.
        return b""


class _Ear:
    """Tells how far the program is from what else it says."""

    def __init__(self, tell: Progress) -> None:
        self.tell = tell
        self.messages: list[str] = []
        self._rest = b""

    def hear(self, piece: bytes) -> None:
        *lines, self._rest = re.split(rb"[\r\n]", self._rest + piece)
        for line in map(_plain, lines):
            if line and not self._is_progress(line):
                self.messages.append(line)
        # A bar has no end of line.
        self._is_progress(_plain(self._rest))

    def _is_progress(self, line: str) -> bool:
        found = _HOW_FAR.match(line)
        if found:
            self.tell(int(found[1]), int(found[2]))
        return found is not None


def _plain(line: bytes) -> str:
    return line.decode("utf-8", "replace").replace("\x1b[2K", "").rstrip()

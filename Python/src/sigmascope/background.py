"""Commands in the background: one after another, at the lowest priority, in a folder that is gone afterwards."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import program
from .errors import SigmascopeError, refusal
from .options import command_line


@dataclass(frozen=True)
class Command:
    """A command that writes one document into its `--out`."""

    words: list[str]
    document: str
    """summary.json, probe.json"""


class Work:
    """Some commands for one checkpoint. Nothing waits here: `poll` says whether all is done, and starts the next command
    when one has ended."""

    def __init__(self, step: int) -> None:
        self.step = step
        self.folder = Path(tempfile.mkdtemp(prefix="sigmascope-"))
        """For what the commands read; gone when all is done."""
        self.documents: dict[str, dict[str, Any]] = {}
        """What was written, by its name."""
        self.processor_seconds = 0.0
        """What the commands that have ended took."""
        self.failures: list[SigmascopeError] = []
        self._waiting: list[Command] = []
        self._running: list[tuple[Command, subprocess.Popen[bytes]]] = []
        # Also where Python ends in the middle.
        self._end = weakref.finalize(self, _end, self._running, self.folder)

    def add(self, document: str, command: str, *arguments: object, **options: object) -> None:
        """Puts a command at the end."""
        out = self.folder / f"report-{document}"
        self._waiting.append(Command(command_line(command, arguments, {"out": out, "quiet": True, **options}), document))

    def poll(self) -> bool:
        """Whether everything has ended."""
        if self._running and self._has_ended(self._running[0][1]):
            self._take(*self._running.pop())
        while not self._running and self._waiting:
            self._start(self._waiting.pop(0))
        if not self._running:
            self._end()
        return not self._running

    def wait(self, seconds: float) -> bool:
        """Waits, but no longer than this; says whether everything has ended."""
        deadline = time.monotonic() + seconds
        while not self.poll():
            if (left := deadline - time.monotonic()) <= 0:
                return False
            time.sleep(min(left, 0.02))
        return True

    def _has_ended(self, process: subprocess.Popen[bytes]) -> bool:
        """As `Popen.poll`, which does not say how much time the process took."""
        if process.returncode is None:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                process.returncode = os.waitstatus_to_exitcode(status)
                self.processor_seconds += usage.ru_utime + usage.ru_stime
        return process.returncode is not None

    def stop(self) -> None:
        """Ends what runs, and removes the folder."""
        self._waiting.clear()
        self._end()

    def _start(self, command: Command) -> None:
        # A hundredth or two of what a thread that trains gets, where both want one core. (The policy for idle time gets a
        # fifth of that, and never ends where others are nice as well.)
        nice = shutil.which("nice")
        before = (nice, "-n", "19") if nice else ()
        try:
            with open(self.folder / "messages", "wb") as messages:
                process = program.start(command.words, before=before, stdout=subprocess.DEVNULL, stderr=messages)
        except (OSError, SigmascopeError) as error:
            self.failures.append(error if isinstance(error, SigmascopeError) else SigmascopeError(str(error), 70))
        else:
            self._running.append((command, process))

    def _take(self, command: Command, process: subprocess.Popen[bytes]) -> None:
        said = (self.folder / "messages").read_text(encoding="utf-8", errors="replace").splitlines()
        if process.returncode not in (0, 1):
            self.failures.append(refusal(process.returncode, said))
            return
        file = self.folder / f"report-{command.document}" / command.document
        self.documents[command.document] = json.loads(file.read_text(encoding="utf-8"))


def _end(running: list[tuple[Command, subprocess.Popen[bytes]]], folder: Path) -> None:
    for _, process in running:
        process.kill()
        process.wait()
    running.clear()
    shutil.rmtree(folder, ignore_errors=True)

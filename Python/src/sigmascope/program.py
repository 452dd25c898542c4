"""The program itself: where it is, and how it is started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from .errors import SigmascopeError


def path() -> str:
    """The program that this package carries, or that SIGMASCOPE_PROGRAM names.

    Raises `SigmascopeError` where there is none, as in a checkout that was not built.
    """
    bundled = Path(__file__).with_name("bin") / "sigmascope"
    program = os.environ.get("SIGMASCOPE_PROGRAM") or str(bundled)
    if not os.access(program, os.X_OK):
        raise SigmascopeError(
            f"there is no program at '{program}'; install the wheel, or set SIGMASCOPE_PROGRAM to one that was built", 70
        )
    return program


def start(words: list[str], *, before: tuple[str, ...] = (), **rest: Any) -> subprocess.Popen[bytes]:
    """Starts the program with these words, in a process group of its own: Ctrl-C in a terminal reaches only Python, which
    hands it on once. (The program takes a second one as the wish to end in the middle of its work.)

    `before` is a command that starts it, such as nice.
    """
    # A group and no session: the scheduler shares time among sessions first, and would not see how low the priority is.
    own: dict[str, Any] = {"process_group": 0} if sys.version_info >= (3, 11) else {"start_new_session": True}
    return subprocess.Popen([*before, path(), *words], stdin=subprocess.DEVNULL, **own, **rest)

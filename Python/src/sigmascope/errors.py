"""What the program refuses, as exceptions."""

from __future__ import annotations

import signal


class SigmascopeError(Exception):
    """The program could not do what it was asked. The text is its own line: what, where, what to do.

    `code` is its exit code, as sysexits(3) has them.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> tuple[type[SigmascopeError], tuple[str, int]]:
        return type(self), (str(self), self.code)


class UsageError(SigmascopeError):
    """Options that do not exist, do not fit together, or have values that they cannot have (64)."""


class BadInputError(SigmascopeError):
    """A checkpoint, base or file is not what it should be (65)."""


class OutputError(SigmascopeError):
    """A file or folder could not be written (74)."""


_OF_CODE: dict[int, type[SigmascopeError]] = {64: UsageError, 65: BadInputError, 74: OutputError}


def refusal(code: int, messages: list[str]) -> SigmascopeError:
    """The exception for an exit code and what was printed to standard error."""
    if code < 0:
        name = signal.Signals(-code).name
        return SigmascopeError(f"the program was ended by {name}", 128 - code)
    said = [line for line in messages if line.lower().startswith("error: ")]
    line = said[-1][len("error: ") :] if said else (messages[-1] if messages else f"exit code {code}")
    return _OF_CODE.get(code, SigmascopeError)(line, code)

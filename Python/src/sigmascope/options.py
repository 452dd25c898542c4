"""One rule from keyword arguments to options of the command line. No table of options is kept here: the program knows
them, and refuses what it does not know."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping


def command_line(command: str, arguments: Iterable[object], options: Mapping[str, object]) -> list[str]:
    """The words behind the name of the program.

    | keyword argument | option |
    | --- | --- |
    | `null_samples=8` | `--null-samples=8` |
    | `resume=True` | `--resume` |
    | `cache=False` | `--no-cache` |
    | `base=None` | (none) |
    | `adapter=["lora", "pissa"]` | `--adapter=lora --adapter=pissa` |
    | `task_option={"digits": 3}` | `--task-option=digits=3` |
    """
    words = [command, *(_path(argument) for argument in arguments)]
    for name, value in options.items():
        words += _option(name.replace("_", "-"), value)
    return words


def _option(name: str, value: object) -> list[str]:
    if value is None:
        return []
    if value is True:
        return [f"--{name}"]
    if value is False:
        return [f"--no-{name}"]
    if isinstance(value, Mapping):
        return [f"--{name}={key}={_text(item)}" for key, item in value.items()]
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        return [f"--{name}={_text(item)}" for item in value]
    return [f"--{name}={_text(value)}"]


def _text(value: object) -> str:
    return os.fsdecode(value) if isinstance(value, (str, bytes, os.PathLike)) else str(value)


def _path(value: object) -> str:
    """A path must not look like an option."""
    text = _text(value)
    return f"./{text}" if text.startswith("-") else text

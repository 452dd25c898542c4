"""`sigmascope …` and `python -m sigmascope …`: become the program."""

from __future__ import annotations

import os
import sys

from . import program
from .errors import SigmascopeError


def main() -> None:
    try:
        path = program.path()
    except SigmascopeError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.code)
    os.execv(path, ["sigmascope", *sys.argv[1:]])


if __name__ == "__main__":
    main()

"""A table of a report: CSV of RFC 4180, read bit for bit, as columns of one type each."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Union

Value = Union[int, float, bool, str, None]


class Kind(Enum):
    """What the cells of a column are."""

    INTEGER = "integer"
    NUMBER = "number"
    TRUTH = "truth"
    TEXT = "text"


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind
    values: Sequence[Value]
    """None for an empty cell."""


# Names, which may be made of digits.
_NAMES = frozenset({"run", "arm", "module", "tensor", "column", "name", "start", "metric", "kind", "claim"})
# Before text that a spreadsheet would take for a formula, the program writes an apostrophe.
_MARKED = re.compile(r"'[=+\-@\t\r]")


def read_table(file: Path) -> list[Column]:
    """The columns of a file.

    The type of a column follows from how all its cells are written: digits are integers (counts among the metrics have a
    decimal point), other numbers are doubles, `true` and `false` are truth values, the rest is text. Names are text even
    where all of them are numbers. A column without any value is one of doubles.
    """
    # A cell may hold the whole table of a large report.
    csv.field_size_limit(1 << 30)
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        header = next(rows, [])
        columns = list(zip(*rows)) or [()] * len(header)
    return [_column(name, cells) for name, cells in zip(header, columns)]


def _column(name: str, cells: Sequence[str]) -> Column:
    kind = Kind.TEXT if name in _NAMES else _kind(cells)
    return Column(name, kind, [_READERS[kind](cell) if cell else None for cell in cells])


def _kind(cells: Sequence[str]) -> Kind:
    filled = [cell for cell in cells if cell]
    letters = set("".join(filled))
    if not filled:
        return Kind.NUMBER
    if set(filled) <= {"true", "false"}:
        return Kind.TRUTH
    for kind, allowed in ((Kind.INTEGER, "0123456789-"), (Kind.NUMBER, "0123456789-+.e")):
        if letters <= set(allowed):
            try:
                for cell in filled:
                    _READERS[kind](cell)
            except ValueError:
                continue
            return kind
    return Kind.TEXT


def _text(cell: str) -> str:
    return cell[1:] if _MARKED.match(cell) else cell


_READERS: dict[Kind, Callable[[str], Value]] = {
    Kind.INTEGER: int,
    Kind.NUMBER: float,
    Kind.TRUTH: lambda cell: cell == "true",
    Kind.TEXT: _text,
}

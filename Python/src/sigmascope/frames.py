"""Columns as a data frame of pandas or polars, or as a list of dictionaries."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from typing import Any, Literal, Optional

from .tables import Column, Kind

Frame = Any
"""A `pandas.DataFrame`, a `polars.DataFrame`, or a list with a dictionary for each row."""

Library = Optional[Literal["pandas", "polars", "lists"]]
"""None takes pandas if it is installed, else polars, else lists."""


def frame(columns: Sequence[Column], library: Library = None) -> Frame:
    """The columns as one frame.

    | cells | pandas | polars | lists |
    | --- | --- | --- | --- |
    | integers | `int64`, `Int64` if any is missing | `Int64` | `int` |
    | numbers | `float64`, missing as NaN | `Float64`, missing as null | `float` |
    | truth values | `bool`, `boolean` if any is missing | `Boolean` | `bool` |
    | text | pandas' own type of text | `String` | `str` |

    A missing value of a list is None. The program writes no NaN, so NaN in pandas always means missing.
    """
    name = library or next((name for name in ("pandas", "polars") if importlib.util.find_spec(name)), "lists")
    if name == "pandas":
        pandas = importlib.import_module("pandas")
        return pandas.DataFrame({column.name: _series(column, pandas) for column in columns})
    if name == "polars":
        polars = importlib.import_module("polars")
        types = {Kind.INTEGER: polars.Int64, Kind.NUMBER: polars.Float64, Kind.TRUTH: polars.Boolean}
        return polars.DataFrame(
            [polars.Series(column.name, column.values, types.get(column.kind, polars.String)) for column in columns]
        )
    names = [column.name for column in columns]
    return [dict(zip(names, row)) for row in zip(*(column.values for column in columns))]


def _series(column: Column, pandas: Any) -> Any:
    is_whole = None not in column.values
    types = {
        Kind.INTEGER: "int64" if is_whole else "Int64",
        Kind.NUMBER: "float64",
        Kind.TRUTH: "bool" if is_whole else "boolean",
        # Left to pandas: `str` since version 3, before it objects.
        Kind.TEXT: None if any(value is not None for value in column.values) else "object",
    }
    return pandas.Series(column.values, dtype=types[column.kind])

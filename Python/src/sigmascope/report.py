"""A report that the program wrote, with its tables as data frames."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Union

from .errors import BadInputError
from .frames import Frame, Library, frame
from .running import Completed
from .tables import Column, Kind, Value, read_table

PathLike = Union[str, "os.PathLike[str]"]


class Report:
    """A report of `analyze`, `compare`, `reproduce` or `advise`.

    Every `NAME.csv` in the folder is the attribute `NAME`: `report.metrics`, `report.history`, `report.spectra` of an
    analysis, `report.claims` of a study. A table is read when it is first asked for, and kept.
    """

    def __init__(self, folder: PathLike, *, library: Library = None, completed: Completed | None = None) -> None:
        self.folder = Path(folder)
        """Where the report lies."""
        self.completed = completed
        """What the command printed, if this session ran it."""
        self._library = library
        self._frames: dict[str, Frame] = {}

    @property
    def tables(self) -> list[str]:
        """The names of the tables."""
        return sorted(file.stem for file in self.folder.glob("*.csv"))

    def __getattr__(self, name: str) -> Frame:
        if name.startswith("_") or not (file := self.folder / f"{name}.csv").is_file():
            raise AttributeError(f"this report has no table '{name}'; it has {', '.join(self.tables) or 'none'}")
        if name not in self._frames:
            self._frames[name] = frame(read_table(file), self._library)
        return self._frames[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.tables]

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The document that holds all but the long tables: summary.json of an analysis, comparison.json, study.json,
        advice.json or probe.json. Empty where it was not written."""
        documents = sorted(self.folder.glob("*.json"))
        return dict(json.loads(documents[0].read_text(encoding="utf-8"))) if documents else {}

    @property
    def verdicts(self) -> Frame:
        """How each run of an analysis went: a row a run, as docs/health.md judges it."""
        return self._frame_of(
            {
                "run": run["name"],
                **_keys(run, "method", "seed"),
                **_keys(verdict, "status", "headline"),
                "best_step": verdict.get("best", {}).get("step"),
                "best_reason": verdict.get("best", {}).get("reason"),
            }
            for run, verdict in self._judged()
        )

    @property
    def symptoms(self) -> Frame:
        """What the rules found: a row for each symptom of each run, with evidence, cause and advice."""
        return self._frame_of(
            {"run": run["name"], **_keys(symptom, "rule", "status", "step", "evidence", "cause", "advice")}
            for run, verdict in self._judged()
            for symptom in verdict.get("symptoms", [])
        )

    @property
    def failed(self) -> bool:
        """Whether a condition of `fail_on` holds; only of a report that this session made."""
        return self.completed is not None and self.completed.code == 1

    @property
    def page(self) -> Path:
        """The page for a browser."""
        return self.folder / "report.html"

    def __repr__(self) -> str:
        return f"<sigmascope.Report {str(self.folder)!r}: {', '.join(self.tables)}>"

    def __str__(self) -> str:
        """What the command printed, else the headline of each run."""
        if self.completed is not None:
            return self.completed.output.rstrip("\n")
        return "\n".join(f"{run['name']}: {verdict.get('headline', '')}" for run, verdict in self._judged()) or repr(self)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"

    def _judged(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        # Runs of studies are measured, not judged.
        return [(run, run["verdict"]) for run in self.summary.get("runs", []) if "verdict" in run]

    def _frame_of(self, rows: Any) -> Frame:
        rows = list(rows)
        names = list(dict.fromkeys(name for row in rows for name in row))
        return frame([_column(name, [row.get(name) for row in rows]) for name in names], self._library)


def _keys(source: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: source.get(name) for name in names}


def _column(name: str, values: Sequence[Value]) -> Column:
    is_integer = any(isinstance(value, int) for value in values)
    return Column(name, Kind.INTEGER if is_integer else Kind.TEXT, values)


def read(report: PathLike, frames: Library = None) -> Report:
    """Opens a report that was written: its folder, or the folder of a study whose report is in it.

    `frames` says what tables become: "pandas", "polars" or "lists"; by default pandas if it is installed, else polars,
    else lists of dictionaries.

    Raises `BadInputError` where there is no report.
    """
    given = Path(report)
    for folder in (given, given / "report"):
        if any(folder.glob("*.csv")) or (folder / ".sigmascope").is_file():
            return Report(folder, library=frames)
    raise BadInputError(f"'{given}' holds no report; sigmascope.analyze writes one", 65)

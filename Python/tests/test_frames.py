"""Tables become frames without a bit that differs."""

from __future__ import annotations

import csv
import math
import struct
from pathlib import Path
from typing import Any

import pandas
import polars
import pytest
from conftest import ROOT

import sigmascope
from sigmascope.tables import Kind, read_table


def cells(file: Path) -> tuple[list[str], list[list[str]]]:
    with file.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    return header, rows


def agrees(value: Any, cell: str) -> bool:
    """Whether a value is a cell, bit for bit; text as it was before the apostrophe that spreadsheets need."""
    if value is None or value is pandas.NA or (isinstance(value, float) and math.isnan(value)):
        return cell == ""
    if isinstance(value, str):
        return value in (cell, cell[1:])
    if isinstance(value, bool):
        return cell == ("true" if value else "false")
    if isinstance(value, int):
        return cell == str(value)
    return struct.pack("<d", value) == struct.pack("<d", float(cell))


@pytest.mark.parametrize("library", ["pandas", "polars", "lists"])
def test_frames_are_the_tables_bit_for_bit(report: sigmascope.Report, library: Any) -> None:
    opened = sigmascope.read(report.folder, frames=library)
    assert {"metrics", "history", "spectra", "nulls", "heads", "vectors", "path"} <= set(opened.tables)
    for name in opened.tables:
        header, rows = cells(opened.folder / f"{name}.csv")
        table = getattr(opened, name)
        if library == "pandas":
            assert list(table.columns) == header and len(table) == len(rows)
            columns = [table[column].tolist() for column in header]
        elif library == "polars":
            assert table.columns == header and table.height == len(rows)
            columns = [table[column].to_list() for column in header]
        else:
            assert [list(row) for row in table] == [header] * len(rows)
            columns = [[row[column] for row in table] for column in header]
        for column, values in zip(zip(*rows), columns):
            assert all(map(agrees, values, column))


def test_pandas_reads_the_same_doubles_by_itself(report: sigmascope.Report) -> None:
    own = pandas.read_csv(report.folder / "metrics.csv", engine="python")
    for column in own.select_dtypes("float64"):
        ours = report.metrics[column].astype("float64")
        assert ours.to_numpy().tobytes() == own[column].to_numpy().tobytes() or ours.equals(own[column])


def test_a_column_has_one_type_that_its_cells_show(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text("run,step,count,value,is,seed,none\n7,1,7.0,1e-05,true,,\n8,-2,3.0,-5,false,4,\n", encoding="utf-8")
    assert [(column.name, column.kind, list(column.values)) for column in read_table(file)] == [
        ("run", Kind.TEXT, ["7", "8"]),
        ("step", Kind.INTEGER, [1, -2]),
        ("count", Kind.NUMBER, [7.0, 3.0]),
        ("value", Kind.NUMBER, [1e-05, -5.0]),
        ("is", Kind.TRUTH, [True, False]),
        ("seed", Kind.INTEGER, [None, 4]),
        ("none", Kind.NUMBER, [None, None]),
    ]


def test_text_is_what_it_was_before_a_spreadsheet_needed_an_apostrophe(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text("run,words\n'=1+1,1_000\n'quoted,\"a, \"\"b\"\"\nc\"\n", encoding="utf-8")
    run, words = read_table(file)
    assert run.values == ["=1+1", "'quoted"]
    assert words.values == ["1_000", 'a, "b"\nc']


def test_a_table_without_rows_has_its_columns(tmp_path: Path) -> None:
    (tmp_path / "nothing.csv").write_text("run,step\n", encoding="utf-8")
    assert list(sigmascope.read(tmp_path, frames="pandas").nothing.columns) == ["run", "step"]
    assert sigmascope.read(tmp_path, frames="polars").nothing.columns == ["run", "step"]
    assert sigmascope.read(tmp_path, frames="lists").nothing == []


def test_types_of_columns(report: sigmascope.Report) -> None:
    metrics = sigmascope.read(report.folder, frames="pandas").metrics
    assert str(metrics.step.dtype) == "int64" and str(metrics.layer.dtype) in ("int64", "Int64")
    assert str(metrics.relative_update_norm.dtype) == "float64"
    assert sigmascope.read(report.folder, frames="polars").metrics.schema["step"] == polars.Int64


def test_a_missing_table_is_named_with_those_that_are_there(report: sigmascope.Report) -> None:
    with pytest.raises(AttributeError, match="no table 'metric'; it has base_projection"):
        report.metric
    assert "metrics" in dir(report)


def test_verdicts_are_those_of_the_summary(report: sigmascope.Report) -> None:
    rows = sigmascope.read(report.folder, frames="lists").verdicts
    assert {row["run"]: row["status"] for row in rows} == {
        run["name"]: run["verdict"]["status"] for run in report.summary["runs"]
    }
    assert {row["run"] for row in rows if row["status"] == "collapsed"} == {"pissa"}
    assert "collapse" in set(report.symptoms[report.symptoms.run == "pissa"].rule)
    assert str(sigmascope.read(report.folder)).startswith("dora: No fault, but one remark")
    assert "&lt;" not in report._repr_html_() and "<pre>" in report._repr_html_()


def test_a_folder_without_a_report_is_refused(tmp_path: Path) -> None:
    with pytest.raises(sigmascope.BadInputError, match="holds no report") as refused:
        sigmascope.read(tmp_path)
    assert refused.value.code == 65


def test_recorded_tables_of_a_study_are_read() -> None:
    study = sigmascope.read(ROOT / "notebooks-data" / "full-study")
    assert len(study.claims) > 10 and set(study.runs.collapsed) == {True, False}

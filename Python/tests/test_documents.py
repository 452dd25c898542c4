"""The examples of docs/python.md and the notebook are run."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import ROOT, RUNS

import sigmascope


def examples(file: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", file.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_examples_of_the_document_run_in_their_order(
    report: sigmascope.Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = examples(ROOT / "docs" / "python.md")
    *shown, watched = blocks
    assert len(shown) == 3 and "SigmascopeCallback" in watched  # which needs a trainer: see below
    monkeypatch.chdir(tmp_path)
    shutil.copytree(report.folder, "sigmascope-report")
    shutil.copytree(RUNS / "runs", "outputs")
    shutil.copytree(RUNS / "base", "models/base")
    shutil.copytree(RUNS / "runs" / "lora" / "checkpoint-100", "adapter")
    scope: dict[str, object] = {}
    for block in shown:
        exec(compile(block, "docs/python.md", "exec"), scope)
    printed = capsys.readouterr().out
    assert "pissa" in printed and "64 Unknown option '--stepz'. Did you mean '--steps'?" in printed


def test_the_example_with_a_trainer_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("trl", reason="no trl: the example with a trainer is not run")
    from test_callback import found, sft

    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "base").symlink_to(ROOT / "notebooks-data" / "base-scratchpad")
    kept = SimpleNamespace()

    def make_trainer() -> object:
        kept.trainer = sft(tmp_path / "run")
        return kept.trainer

    exec(compile(examples(ROOT / "docs" / "python.md")[-1], "docs/python.md", "exec"), {"make_trainer": make_trainer})
    assert found(kept.trainer)


def test_the_notebook_runs_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat = pytest.importorskip("nbformat", reason="no nbformat: the notebook is not run")
    nbclient = pytest.importorskip("nbclient", reason="no nbclient: the notebook is not run")
    pytest.importorskip("matplotlib", reason="no matplotlib: the notebook is not run")
    file = ROOT / "Examples" / "notebooks" / "open-your-report.ipynb"
    notebook = nbformat.read(file, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "the notebook is kept without its outputs"
    monkeypatch.setenv("SIGMASCOPE_REPORT", str(tmp_path / "report"))
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(file.parent)}}).execute()
    assert (tmp_path / "report" / "metrics.csv").is_file()
    assert sum(output.output_type == "display_data" for cell in notebook.cells for output in cell.get("outputs", [])) == 2

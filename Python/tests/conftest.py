"""A report and its sources, for all tests. The program is the one that SIGMASCOPE_PROGRAM names, or the wheel's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import sigmascope

ROOT = Path(__file__).resolve().parents[2]
RUNS = ROOT / "notebooks-data" / "tiny-qwen2-grpo"
BASE = ROOT / "notebooks-data" / "base-scratchpad"


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["SIGMASCOPE_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> sigmascope.Report:
    """Five runs of TRL, analysed."""
    return sigmascope.analyze(RUNS, out=tmp_path_factory.mktemp("report") / "report", progress=False)

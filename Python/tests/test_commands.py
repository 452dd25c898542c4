"""Commands: options by one rule, refusals as exceptions, progress, Ctrl-C."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from conftest import ROOT, RUNS

import sigmascope
from sigmascope.options import command_line

FIXTURES = ROOT / "Tests" / "Fixtures"


def test_keyword_arguments_become_options_by_one_rule() -> None:
    options = dict(
        null_samples=8, rate=1e-05, resume=True, cache=False, base=None, adapter=["lora", "pissa"],
        task_option={"digits": 3}, out=Path("a b"),
    )
    assert command_line("analyze", [Path("run"), "-x"], options) == [
        "analyze", "run", "./-x", "--null-samples=8", "--rate=1e-05", "--resume", "--no-cache",
        "--adapter=lora", "--adapter=pissa", "--task-option=digits=3", "--out=a b",
    ]


def test_lists_reach_the_program_whole(tmp_path: Path) -> None:
    advice = sigmascope.advise(adapter=["lora", "pissa"], seeds=[0], out=tmp_path / "advice", progress=False)
    assert list(advice.advice.start) == ["lora", "pissa"]
    assert [start["start"] for start in advice.summary["starts"]] == ["lora", "pissa"]
    assert "lora bears" in str(advice)


def test_a_comparison_has_its_tables(tmp_path: Path) -> None:
    compared = sigmascope.compare(RUNS, out=tmp_path / "comparison", progress=False)
    assert set(compared.comparison.arm) >= {"lora", "dora"}
    assert compared.summary["groups"][0]["baseline"] == "lora"
    assert compared.page.is_file()


def test_a_study_is_opened_by_its_folder(tmp_path: Path) -> None:
    (tmp_path / "tiny.toml").write_text(
        'title = "tiny"\nbase = "scratchpad"\nbaseline = "lora"\nseeds = [0]\n\n'
        "[run]\nlearning-rate = 1e-3\nsteps = 2\nprompts = 4\ngroup = 4\nevaluation-problems = 16\n\n"
        '[[arm]]\nadapter = ["lora", "pissa"]\n',
        encoding="utf-8",
    )
    made = sigmascope.reproduce(study=tmp_path / "tiny.toml", out=tmp_path / "study", progress=False)
    opened = sigmascope.read(tmp_path / "study")
    assert list(opened.runs.arm) == list(made.runs.arm) and len(opened.runs) == 2
    assert opened.summary["claims"] == made.summary["claims"]


def test_progress_is_told_from_the_beginning_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    report = sigmascope.analyze(
        RUNS, out=tmp_path / "report", steps="last", progress=lambda done, total: told.append((done, total))
    )
    assert told[0] == (0, len(report.metrics)) and told[-1] == (len(report.metrics),) * 2
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert report.completed is not None
    assert not any("█" in line or "\x1b" in line for line in report.completed.messages)
    assert any("matrices to analyse" in line for line in report.completed.messages)


def test_without_a_terminal_to_pretend_the_program_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def openpty() -> tuple[int, int]:
        raise OSError(19, "No such device")

    monkeypatch.setattr(os, "openpty", openpty)
    report = sigmascope.analyze(RUNS, out=tmp_path / "report", steps="last")
    assert report.completed is not None and any("matrices to analyse" in line for line in report.completed.messages)
    with pytest.raises(sigmascope.BadInputError, match="/nowhere"):
        sigmascope.analyze("/nowhere")


@pytest.mark.parametrize(
    "options, kind, code, words",
    [
        ({"stepz": 1}, sigmascope.UsageError, 64, "Unknown option '--stepz'. Did you mean '--steps'?"),
        ({"quiet": False}, sigmascope.UsageError, 64, "Unknown option '--no-quiet'"),
        ({"base": "/nowhere"}, sigmascope.BadInputError, 65, "/nowhere"),
        ({"out": "/proc/report"}, sigmascope.OutputError, 74, "/proc/report"),
    ],
)
def test_refusals_are_exceptions(
    options: dict[str, object], kind: type[sigmascope.SigmascopeError], code: int, words: str, tmp_path: Path
) -> None:
    given = {"out": tmp_path / "report", "progress": False, **options}
    with pytest.raises(kind) as refused:
        sigmascope.analyze(RUNS, **given)  # type: ignore[arg-type]
    assert refused.value.code == code and words in str(refused.value)
    assert "\n" not in str(refused.value) and not str(refused.value).lower().startswith("error")
    again = pickle.loads(pickle.dumps(refused.value))
    assert (type(again), str(again), again.code) == (kind, str(refused.value), code)


def test_a_verdict_is_no_exception(tmp_path: Path) -> None:
    report = sigmascope.analyze(RUNS, out=tmp_path / "report", steps="last", fail_on="collapse", progress=False)
    assert report.failed and len(report.verdicts) == 5


def test_a_check_says_whether_the_adapter_is_there(tmp_path: Path) -> None:
    base, adapter, merged = FIXTURES / "base-minilm", FIXTURES / "adapters" / "lora", tmp_path / "merged"
    sigmascope.run("merge", base, adapter, out=merged, progress=False)
    assert sigmascope.check(base, adapter, merged)
    shutil.copytree(base, tmp_path / "unmerged")
    missing = sigmascope.check(base, adapter, tmp_path / "unmerged")
    assert not missing and missing.document["fault"] and str(missing)


def test_without_a_program_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGMASCOPE_PROGRAM", "/nowhere/sigmascope")
    with pytest.raises(sigmascope.SigmascopeError, match="there is no program at '/nowhere/sigmascope'"):
        sigmascope.run("doctor")


def test_the_command_is_the_program() -> None:
    done = subprocess.run([sys.executable, "-m", "sigmascope", "analyze", "/nowhere"], capture_output=True, text=True)
    assert done.returncode == 65 and done.stderr.startswith("error: '/nowhere'")


LONG = """
    import sigmascope
    def tell(done, total):
        print("begun", flush=True)
    try:
        sigmascope.analyze({runs!r}, out={out!r}, null_samples=200000, progress=tell)
    except KeyboardInterrupt:
        print("stopped", flush=True)
"""


@pytest.mark.parametrize("times", [1, 2])
def test_an_interrupt_stops_the_program_and_is_raised(times: int, tmp_path: Path) -> None:
    code = textwrap.dedent(LONG).format(runs=str(RUNS), out=str(tmp_path / "report"))
    python = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert python.stdout is not None and python.stdout.readline() == "begun\n"
    for _ in range(times):
        # As Ctrl-C in a terminal does: to the group of the foreground, in which the program is not.
        os.killpg(python.pid, signal.SIGINT)
        time.sleep(0.3)
    assert python.stdout.read().splitlines()[-1] == "stopped"
    assert python.wait() == 0
    assert children_of(tmp_path / "report") == []
    # What `resume=True` goes on with, at most.
    assert {file.name for file in tmp_path.iterdir()} <= {"report.partial"}


def test_a_fault_in_the_function_for_progress_stops_the_program_too(tmp_path: Path) -> None:
    def tell(done: int, total: int) -> None:
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        sigmascope.analyze(RUNS, out=tmp_path / "report", null_samples=200000, progress=tell)
    assert children_of(tmp_path / "report") == []


def children_of(out: Path) -> list[str]:
    """Processes whose command line names a folder."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().decode().split("\0")
        except OSError:
            continue
        if f"--out={out}" in words:
            found.append(file.parent.name)
    return found


def test_any_other_command_is_run_by_its_name() -> None:
    assert "scratchpad" in sigmascope.run("list", "tasks", progress=False).output

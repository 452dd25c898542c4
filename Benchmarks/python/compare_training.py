"""Times the training core against its PyTorch twin, alternating, on the same processors.

    python compare_training.py PATH-TO-training-speed [--widths 64 256 640] [--threads 1 2] [--rounds 5]

A round runs our program, then the twin without compiling; each measures its own peak, and the twin
chooses its fastest way anew. After the rounds the twin runs once more with its compiled variants: what
compiling leaves behind must not disturb the rounds. Prints a table in Markdown, and every line
measured on the error stream.

Rates are medians over the rounds of the medians of each run. A ratio is the median of the rounds'
ratios, with the least and the greatest. That to the compiled twin is this one, divided by what
compiling gained over the eager twin within its single run: the two were timed minutes apart.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TWIN = Path(__file__).resolve().parent / "training_twin.py"
JOBS = {"sampling": "generation", "low_rank": "low-rank step", "full": "full step"}


@dataclass
class Case:
    """One width on some processors: the reports of all rounds, and that of the compiled twin."""

    width: int
    threads: int
    ours: list[dict]
    twin: list[dict]
    compiled: dict | None = None


def report(command: list[str], width: int, processors: list[int]) -> dict:
    """Runs one of the programs, bound to the processors, and reads its line."""
    whole = ["taskset", "-c", ",".join(map(str, processors)), *command,
             "--width", str(width), "--threads", str(len(processors)),
             "--repeats", str(max(3, 1280 // width))]
    try:
        process = subprocess.run(whole, stdout=subprocess.PIPE, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        sys.exit(f"{' '.join(whole)}: {problem}")
    print(process.stdout.strip(), file=sys.stderr, flush=True)
    return json.loads(process.stdout)


def measured(binary: str, width: int, processors: list[int], rounds: int, compiling: int) -> Case:
    twin = [sys.executable, str(TWIN), "--compile"]
    case = Case(width, len(processors), [], [])
    for _ in range(rounds):
        case.ours.append(report([binary], width, processors))
        case.twin.append(report([*twin, "0"], width, processors))
    if compiling:
        case.compiled = report([*twin, str(compiling)], width, processors)
    return case


def medians(results: list[dict], key: str) -> list[float]:
    """The median of each run, in the rounds' order."""
    return [result[key]["median"] for result in results]


def compiled_cells(case: Case, job: str, ratio: float) -> tuple[str, str]:
    """The rate of the compiled twin, and our ratio to it by way of the eager twin of the same run."""
    found = {} if case.compiled is None else case.compiled[job].get("compiled", {})
    if "tokens_per_second" not in found:
        return ("failed" if "failed" in found else "–"), "–"
    compiled, eager = (
        result["tokens_per_second"]["median"] for result in (found, case.compiled[job]["eager"]))
    return f"{compiled:,.0f}", f"{ratio * eager / compiled:.2f}"


def row(case: Case, job: str) -> str:
    ours = [result[job] for result in case.ours]
    twin = [result[job]["eager"] for result in case.twin]
    rates, others = (medians(results, "tokens_per_second") for results in (ours, twin))
    shares = [statistics.median(medians(results, "share_of_peak")) for results in (ours, twin)]
    ratios = [rate / other for rate, other in zip(rates, others)]
    rate, ratio = statistics.median(rates), statistics.median(ratios)
    cells = [
        str(case.width), str(case.threads), JOBS[job], f"{rate:,.0f}",
        f"{statistics.median(others):,.0f}",
        f"{ratio:.2f} ({min(ratios):.2f} – {max(ratios):.2f})", *compiled_cells(case, job, ratio),
        *(f"{100 * share:.0f} %" for share in shares),
    ]
    return f"| {' | '.join(cells)} |"


def peaks(case: Case) -> str:
    """The least and the greatest peak that each side met: how quiet the machine was."""
    def span(results: list[dict]) -> str:
        found = [result[key] for result in results
                 for key in ("peak_gflops_one_core", "peak_gflops_one_core_after")]
        return f"{min(found):.0f} – {max(found):.0f}"

    return (f"- width {case.width}, threads {case.threads}: "
            f"ours {span(case.ours)}, twin {span(case.twin)}")


def table(cases: list[Case], rounds: int) -> str:
    heads = ["width", "threads", "job", "ours, tok/s", "twin, tok/s", "ours ÷ twin",
             "compiled twin, tok/s", "ours ÷ compiled", "ours, of peak", "twin, of peak"]
    first = cases[0]
    lines = [
        f"Medians of {rounds} alternating rounds; torch {first.twin[0]['torch']}, "
        f"{first.ours[0]['blas']}.", "",
        f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}",
        *(row(case, job) for case in cases for job in JOBS), "",
        "GFLOP/s of one core on 1024 × 1024 matrices, before and after the jobs:", "",
        *map(peaks, cases),
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", help="the built training-speed")
    parser.add_argument("--widths", type=int, nargs="+", default=[64, 256, 640],
                        help="multiples of 64")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--compile", type=int, default=60, metavar="SECONDS",
                        help="longest wait for a compiled variant; 0 tries none")
    options = parser.parse_args()
    processors = sorted(os.sched_getaffinity(0))
    if options.rounds < 1 or min(options.threads) < 1:
        parser.error("there is at least one round and one thread")
    if max(options.threads) > len(processors):
        parser.error(f"--threads {max(options.threads)}: there are {len(processors)} processors")
    binary = os.path.abspath(options.binary)
    cases = [
        measured(binary, width, processors[:threads], options.rounds, options.compile)
        for threads in options.threads for width in options.widths
    ]
    print(table(cases, options.rounds))


if __name__ == "__main__":
    main()

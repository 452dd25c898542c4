"""Times `sigmascope analyze` against the PyTorch loop, alternating, in one process after another.

    python compare_analyze.py WORK/base WORK/tuned [--rounds 5] [--threads 1] [--binary PATH]

Each round runs the loop, the whole analysis (all metrics, plots, page), the part of it that does what
the loop does (`--metrics cheap`), and a second analysis that finds the base's basis in the cache.
Prints medians, ratios and peak memory, as a table in Markdown. All processes are bound to the same
processors.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def measured(command: list[str], processors: set[int], cache: Path) -> tuple[float, float]:
    """Wall time in seconds and peak memory in megabytes."""
    environment = os.environ | {
        "OPENBLAS_NUM_THREADS": str(len(processors)), "XDG_CACHE_HOME": str(cache)}
    begin = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        preexec_fn=lambda: os.sched_setaffinity(0, processors))
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(errors.decode())
    return time.perf_counter() - begin, usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base")
    parser.add_argument("tuned")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--binary", default=str(HERE.parents[1] / ".build/release/sigmascope"))
    options = parser.parse_args()
    processors = set(sorted(os.sched_getaffinity(0))[: options.threads])

    results: dict[str, list[tuple[float, float]]] = {}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder)
            loop = [sys.executable, str(HERE / "torch_loop.py"), options.base, options.tuned,
                    "--threads", str(options.threads)]
            analyze = [options.binary, "analyze", options.tuned, "--base", options.base, "--quiet",
                       "--jobs", str(options.threads), "--modules", "proj"]
            arms = {
                "PyTorch loop, float32": (loop, work / "none"),
                "analyze, as the loop (--metrics cheap)": (
                    [*analyze, "--metrics", "cheap", "--no-cache", "--out", str(work / "cheap")],
                    work / "none"),
                "analyze, whole": ([*analyze, "--out", str(work / "full")], work / "cache"),
                "analyze, whole, base in the cache": (
                    [*analyze, "--out", str(work / "second")], work / "cache"),
            }
            for name, (command, cache) in arms.items():
                results.setdefault(name, []).append(measured(command, processors, cache))
                print(json.dumps({name: results[name][-1]}), file=sys.stderr, flush=True)

    reference = statistics.median(seconds for seconds, _ in results["PyTorch loop, float32"])
    print(f"{options.threads} thread(s), median of {options.rounds} alternating rounds\n")
    print("| what | seconds | loop ÷ this | peak MB |\n| --- | --- | --- | --- |")
    for name, values in results.items():
        seconds = statistics.median(value for value, _ in values)
        peak = max(memory for _, memory in values)
        print(f"| {name} | {seconds:.1f} | {reference / seconds:.2f} | {peak:.0f} |")


if __name__ == "__main__":
    main()

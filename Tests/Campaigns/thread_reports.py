"""Judges what the thread sanitiser reported: python thread_reports.py FILE...

`Mutex` of the standard library waits in code that is not instrumented. Where two threads really met at a lock, the sanitiser
sees no order between them, and reports what the lock guards. Such a report has the line of one `withLock`, or two of the same
mutex, in both of its stacks; it is counted. Any other is printed, and the script fails.
"""

import re
import sys
from pathlib import Path

FRAME = re.compile(r"^\s+#\d+ .* (/[^ ]+/Sources/[^ :]+):(\d+)")
LOCK = re.compile(r"(\w+)\.withLock")


def stacks(report: str) -> list[list[tuple[str, int]]]:
    """Of each access, the lines of our sources from the innermost outwards."""
    found = []
    for part in re.split(r"\n\s*\n", report):
        if re.search(r"(?:read|write) of size|access of Swift variable", part, re.IGNORECASE):
            frames = (FRAME.match(line) for line in part.splitlines())
            found.append([(frame[1], int(frame[2])) for frame in frames if frame])
    return found


def mutexes(stack: list[tuple[str, int]]) -> set[tuple[str, str]]:
    """The mutexes that a stack holds: the file, and the name there."""
    held = set()
    for file, line in stack:
        text = Path(file).read_text(encoding="utf-8").splitlines()[line - 1]
        held |= {(file, name) for name in LOCK.findall(text)}
    return held


def main() -> None:
    guarded, faults = 0, []
    for name in sys.argv[1:]:
        text = Path(name).read_text(encoding="utf-8", errors="replace")
        for report in re.findall(r"WARNING: ThreadSanitizer.*?SUMMARY[^\n]*", text, re.DOTALL):
            accesses = stacks(report)
            if len(accesses) == 2 and mutexes(accesses[0]) & mutexes(accesses[1]):
                guarded += 1
            else:
                faults.append(report)
    for fault in faults:
        print(fault, end="\n\n")
    print(f"{len(faults)} reports, and {guarded} of what a mutex guards")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

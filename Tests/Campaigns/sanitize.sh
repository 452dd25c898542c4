#!/usr/bin/env bash
# Runs the tests with one of the compiler's sanitisers:
#
#   Tests/Campaigns/sanitize.sh address|thread [FILTER]     all suites, or those that a regular expression matches
#
# A report of the sanitiser is printed, and is a failure; thread_reports.py says which of `thread` are none. The build has a
# folder of its own, .build/address or .build/thread.
set -euo pipefail
cd "$(dirname "$0")/../.."
sanitizer=${1:?address or thread}
filter=${2:-}
export OPENBLAS_NUM_THREADS=1
# OpenBLAS is not instrumented. What it keeps until the end is no leak of this program, and Swift's runtime keeps its
# metadata in the same way: leaks are not looked for.
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=1
# Its locks are not seen, so its buffers look shared between threads.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '%s\n' 'called_from_lib:libopenblas' 'race:libopenblas' >"$work/suppressions"
export TSAN_OPTIONS=suppressions=$work/suppressions:exitcode=0:second_deadlock_stack=1:log_path=$work/report
swift test -c release --disable-xctest --sanitize="$sanitizer" --scratch-path ".build/$sanitizer" \
  ${filter:+--filter "$filter"}
if [ "$sanitizer" = thread ]; then
  shopt -s nullglob
  python3 Tests/Campaigns/thread_reports.py "$work"/report*
fi

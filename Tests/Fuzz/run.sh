#!/usr/bin/env bash
# Attacks the readers with inputs that libFuzzer makes from files of the repository:
#
#   Tests/Fuzz/run.sh MINUTES [TARGET]     every target for so many minutes, or one; goes on where the last run ended
#   Tests/Fuzz/run.sh smoke                all targets together for a minute, from the repository's files and a fixed
#                                          seed: what one change breaks is found with that change
#
# A finding is left in .build/fuzz/findings/TARGET. Put it, minimised and named for what it shows, into
# Tests/Fuzz/corpus/TARGET, where the tests read it again.
set -euo pipefail
cd "$(dirname "$0")/../.."
form=${1:?minutes, or smoke}
export SIGMASCOPE_FUZZ=1
# The flags give every module the counters that libFuzzer steers by.
swift build -c release --product fuzz --scratch-path .build/fuzz -Xswiftc -sanitize=fuzzer -Xswiftc -parse-as-library
# In memory if there is such a folder: every input is written to a file. Swift's own report would hide the input, and
# idle threads of BLAS would take the processor.
FUZZ_FOLDER=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
export FUZZ_FOLDER SWIFT_BACKTRACE=enable=no OPENBLAS_NUM_THREADS=1
trap 'rm -rf "$FUZZ_FOLDER"' EXIT
names=$(sed -nE 's/.*static let name = "(.*)".*/\1/p' Tests/Fuzz/Targets/*Target.swift)
if [ "$form" = smoke ]; then
  # A busy machine is no finding: time is counted by the clock.
  limits=(-max_total_time=$((60 / $(wc -w <<<"$names") + 1)) -seed=1 -timeout=60)
  corpora=$FUZZ_FOLDER/corpora
else
  limits=(-max_total_time=$((60 * form)) -timeout=10)
  corpora=.build/fuzz/corpus
fi
status=0
for file in Tests/Fuzz/Targets/*Target.swift; do
  name=$(sed -nE 's/.*static let name = "(.*)".*/\1/p' "$file")
  [ -n "$name" ] && [ "${2:-$name}" = "$name" ] || continue
  corpus=$corpora/$name
  findings=.build/fuzz/findings/$name
  mkdir -p "$corpus" "$findings"
  seeds=$(sed -nE 's/.*static let seeds = "(.*)".*/\1/p' "$file")
  find Tests/Fixtures Tests/Fuzz/corpus notebooks-data -name "$seeds" -size -16k -print0 \
    | while IFS= read -r -d '' seed; do cp "$seed" "$corpus/seed-$(sha1sum <"$seed" | cut -c1-12)"; done
  FUZZ_TARGET=$name .build/fuzz/release/fuzz "$corpus" Tests/Fuzz/corpus/"$name" "${limits[@]}" -max_len=16384 \
    -rss_limit_mb=2048 -dict=Tests/Fuzz/json.dict -artifact_prefix="$findings/" -print_final_stats=1 2>&1 \
    | { grep -E "Assertion|SUMMARY|ERROR|Fatal|Test unit written|Base64|DONE" || echo "ended without a word"; } \
    | sed "s/^/$name: /" || status=1
done
exit $status

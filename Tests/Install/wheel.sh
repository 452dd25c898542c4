#!/usr/bin/env bash
# Tries a wheel in an environment that has nothing else, with nothing but the system on the path:
#
#   Tests/Install/wheel.sh dist/sigmascope-*.whl RUNS [PROGRAM]
#
# RUNS is what is analysed: notebooks-data/tiny-qwen2-grpo. PROGRAM is the program that the wheel was made of: both must write
# the same tables. On another machine there is none.
set -euo pipefail
wheel=$(realpath "$1")
run=$(realpath "$2")
program=${3:+$(realpath "$3")}
fail() { echo "error: $1" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
cd "$work"
# Neither a library of this machine nor a program of a toolchain is to be found by chance. The kernels of OpenBLAS stay those
# that are chosen here: others give other last digits.
kernels=()
while read -r setting; do kernels+=("$setting"); done < <(env | grep '^OPENBLAS_' || true)
clean() { env -i "${kernels[@]}" PATH=/usr/bin:/bin HOME="$work" LANG=C.UTF-8 SIGMASCOPE_CACHE="$work/cache" "$@"; }

clean venv/bin/pip install --quiet --disable-pip-version-check --no-index "$wheel"
clean venv/bin/pip check
[[ $(clean venv/bin/sigmascope doctor) == *"self-check  passed"* ]] || fail "doctor"
clean venv/bin/python - "$run" <<'END'
import sys, sigmascope
assert sigmascope.__version__ == sigmascope.run("--version", progress=False).output.strip()
report = sigmascope.analyze(sys.argv[1], out="of-wheel", progress=False)
assert report.metrics[0]["module"] and len(report.verdicts) == 5
try:
    sigmascope.analyze("/nowhere")
except sigmascope.BadInputError as error:
    assert error.code == 65
END
if [ -n "$program" ]; then
  SIGMASCOPE_CACHE=$work/cache-of-program "$program" analyze "$run" --out of-program --quiet
  for table in of-program/*.csv; do cmp "$table" "of-wheel/${table##*/}"; done
fi

inside=$(find venv -path '*/sigmascope/bin/sigmascope')
outside=$(clean ldd "$inside" | awk '$2 == "=>" && $3 !~ /sigmascope\.libs/ { print $1 }' | xargs)
for library in $outside; do
  case $library in libc.so.* | libm.so.* | libgcc_s.so.* | libstdc++.so.*) ;; *) fail "the wheel needs $library" ;; esac
done
compgen -G "$(dirname "$inside")/../licenses/libopenblas*" >/dev/null || fail "the licence of OpenBLAS is not in the wheel"
echo "${wheel##*/} works, and needs of the system: $outside"

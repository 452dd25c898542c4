#!/usr/bin/env bash
# Checks what `make install` or `make dist` lays out, below a prefix:
#
#   Tests/Install/check.sh ~/.local
#
# The program depends only on OpenBLAS, LAPACKE and the C and C++ libraries. It looks for them only where the
# system does, works in an empty folder, and comes with a manual and completions that know its values.
set -euo pipefail
prefix=$(realpath "$1")
program=$prefix/bin/sigmascope
fail() { echo "error: $1" >&2; exit 1; }

needed=$(objdump -p "$program" | awk '$1 == "NEEDED" { print $2 }')
for library in $needed; do
  case $library in
    libopenblas.so.* | liblapacke.so.* | libc.so.* | libm.so.* | libgcc_s.so.* | libstdc++.so.* | ld-linux-*) ;;
    *) fail "$program needs $library" ;;
  esac
done
! objdump -p "$program" | grep -E 'R(UN)?PATH' || fail "$program looks for libraries in a folder of its own"
! ldd "$program" | grep -E 'libswift|icu|Foundation|not found' || fail "$program needs a library of a toolchain"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SIGMASCOPE_CACHE=$work/cache
cd "$work"
[[ $("$program" doctor) == *"self-check  passed"* ]] || fail "doctor"
[[ $("$program" reproduce --plan 2>&1) == *"36 runs"* ]] || fail "reproduce --plan"
"$program" train --base scratchpad --steps 2 --prompts 4 --group 4 --evaluation-problems 16 --quiet --out run
"$program" analyze run --quiet
[ -s sigmascope-report/report.html ] || fail "analyze"

for file in bash-completion/completions/sigmascope zsh/site-functions/_sigmascope fish/vendor_completions.d/sigmascope.fish; do
  grep -q rslora "$prefix/share/$file" || fail "$file knows no method"
done
bash -n "$prefix/share/bash-completion/completions/sigmascope"
grep -q '^.SH SIGMASCOPE TRAIN' "$prefix/share/man/man1/sigmascope.1" || fail "the manual has no train"
echo "$program: $(stat -c %s "$program" | numfmt --to=si)B, needs $(echo $needed)"

#!/usr/bin/env bash
# Makes the recorded results again: make.sh [FOLDER]. Takes about an hour on two cores. CORPUS is the folder that retrieval searches: the
# sources of Python's documentation, as Debian's python3.11-doc has them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-results/systems}
corpus=${CORPUS:-/usr/share/doc/python3.11/html/_sources}
for system in rolora rolora-linear sd-lora sd-lora-operations replora cde airl-s sparse-retrieval documentation-retrieval \
  path-not-taken; do
  more=()
  case $system in
    cde | path-not-taken) seeds=(0 1 2 3 4) ;;
    documentation-retrieval) seeds=(0 1 2) more=(--corpus "$corpus") ;;
    *) seeds=(0 1 2) ;;
  esac
  sigmascope system run "$system" --size full --seeds "${seeds[@]}" "${more[@]}" --out "$out/$system" --resume
  mkdir -p "$here/$system"
  cp "$out/$system"/report/{measurements.csv,claims.csv,system.json} "$here/$system/"
done

#!/usr/bin/env bash
# Makes the recorded results again: make.sh [FOLDER]. Takes about half an hour on two cores.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-results/systems}
for system in rolora rolora-linear sd-lora sd-lora-operations replora cde airl-s sparse-retrieval; do
  sigmascope system run "$system" --size full --seeds 0 1 2 --out "$out/$system" --resume
  mkdir -p "$here/$system"
  cp "$out/$system"/report/{measurements.csv,claims.csv,system.json} "$here/$system/"
done

#!/bin/sh
# Makes every table here again, in about half an hour on one core. Run it from this folder, with sigmascope on the path.
set -eu
pretrain() { # TASK WIDTH UNTIL
  sigmascope pretrain --task "$1" --width "$2" --heads 4 --until "$3" --seed 7 --threads 1 --quiet --out "base-$1"
}
advise() { # TASK BASE SEEDS ADAPTERS…
  task=$1 base=$2 seeds=$3
  shift 3
  # shellcheck disable=SC2086
  sigmascope advise --base "$base" --task "$task" --adapter "$@" --bisect --seeds $seeds --jobs 1 --out "report-$task"
  mkdir -p "$task"
  cp "report-$task/advice.csv" "report-$task/short_runs.csv" "$task"
}
pretrain sort 64 0.35
pretrain modular 96 0.35
pretrain countdown 64 0.3
pretrain addition 96 0.35
advise scratchpad scratchpad "0 1" lora dora pissa milora rlpo full rslora lora-plus miss random-residual
for task in sort modular addition countdown; do
  advise "$task" "base-$task" 0 lora pissa milora rlpo full miss lora-plus random-residual
done

#!/bin/sh
# Makes these studies again and records their tables, in about two hours on two cores. Run it from this folder, with sigmascope
# on the path.
set -eu
record() { # NAME ARGUMENTS
  name=$1
  shift
  sigmascope reproduce "$@" --out "results/$name"
  mkdir -p "$name"
  for table in runs comparison own_best claims; do
    if [ -e "results/$name/report/$table.csv" ]; then cp "results/$name/report/$table.csv" "$name/"; fi
  done
}
record rates --preset rates
record inside --study inside.toml
record optimizers --study optimizers.toml
record noise --preset noise
record fair --preset fair --seeds 0 1 2

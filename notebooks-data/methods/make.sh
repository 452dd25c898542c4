#!/bin/sh
# Makes these studies again and records their tables, in about an hour on two cores. Run it from this folder, with sigmascope
# on the path.
set -eu
for name in rates noise fair; do
  sigmascope reproduce --preset "$name" --out "results/$name"
  mkdir -p "$name"
  for table in runs comparison own_best claims; do
    if [ -e "results/$name/report/$table.csv" ]; then cp "results/$name/report/$table.csv" "$name/"; fi
  done
done

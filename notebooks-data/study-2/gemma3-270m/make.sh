#!/bin/sh
# Makes the tables here again, in about an hour on one thread. Run it from this folder, with sigmascope on the path, and
# with the packages that make.py names. The model (0.5 GB) and the reports come to work/.
set -eu
export OPENBLAS_NUM_THREADS=1
python make.py work
# What a run is asked; an answer ends with its line.
task="--base work/base --task jsonl --task-option file=work/sums.jsonl --stop \n --max-length 4"
# A start a call, so that a call that is stopped costs one start. What is found of a start depends on no other.
for start in lora pissa milora rlpo random-residual full; do
  # shellcheck disable=SC2086
  sigmascope advise $task --rank 16 --prompts 4 --group 8 --adapter "$start" --seeds 0 --jobs 1 --out "work/$start"
done
# Whole runs at twice the rate that short runs say.
for run in "lora 4e-4" "pissa 6.6e-5"; do
  # shellcheck disable=SC2086
  sigmascope train $task --rank 16 --prompts 4 --group 8 --adapter "${run% *}" --learning-rate "${run#* }" --steps 20 \
    --evaluate-every 0 --threads 1 --out "work/whole-${run% *}"
done
python record.py work

#!/bin/sh
# Makes study 2 again, in some eight hours on two cores. Run it from this folder, with sigmascope on the path.
set -eu
mkdir -p bases
pretrain() { # NAME TASK WIDTH UNTIL SEED FAMILY [MORE]
  name=$1 task=$2 width=$3 until=$4 seed=$5 family=$6
  shift 6
  sigmascope pretrain --task "$task" --width "$width" --heads 4 --until "$until" --seed "$seed" --family "$family" --threads 1 --quiet \
    --out "bases/$name" "$@"
}
study() { # NAME
  sigmascope reproduce --study "$1.toml" --out "results/$1"
}
pretrain chain-128 chain 128 0.35 21 llama
pretrain headroom-64 scratchpad 64 0.15 23 llama
pretrain letters-64 letters 64 0.35 26 qwen2
pretrain sort-64 sort 64 0.35 26 gemma3_text
pretrain addition-256 addition 256 0.35 22 llama
pretrain lookup-64 lookup 64 0.24 27 llama --task-option keys=4096
sigmascope reproduce --preset law --out results/law
for name in chain-128 headroom-64 letters-64 sort-64 addition-256 supervised protocol masks storage lookup batch; do
  study "$name"
done
python3 record.py results

#!/usr/bin/env bash
# Records what the program writes for a set of inputs, to show that a change of the code changes no number:
#
#   Tests/Records/record.sh OLD_BINARY /tmp/before
#   Tests/Records/record.sh NEW_BINARY /tmp/after
#   diff -r /tmp/before /tmp/after
#
# Inputs: every adapter of Tests/Fixtures, five runs of TRL (one with full checkpoints), a comparison, a study
# of three runs, and runs of every trainable method and start, which are then analysed. Takes about a minute.
set -euo pipefail
binary=$(realpath "$1")
out=$(realpath -m "$2")
[ ! -e "$out" ] || { echo "$out exists" >&2; exit 64; }
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$out"
cd "$root"
export OPENBLAS_NUM_THREADS=1
SIGMASCOPE_CACHE=$(mktemp -d)
export SIGMASCOPE_CACHE
work=$(mktemp -d)
trap 'rm -rf "$SIGMASCOPE_CACHE" "$work"' EXIT

# Runs a command and keeps its output, its messages and its exit code.
say() {
  local name=$1 code=0
  shift
  mkdir -p "$(dirname "$out/$name")"
  "$@" >"$out/$name.out" 2>"$out/$name.err" || code=$?
  # Progress and elapsed times differ from run to run.
  sed -i -E 's/[0-9.]+ ?(s|ms|min|h) (elapsed|left|a step)/_ \2/g; /elapsed|tokens\/s/d' "$out/$name.out" "$out/$name.err"
  sed -i "s|$out|OUT|g; s|$work|WORK|g; s|$root|ROOT|g" "$out/$name.out" "$out/$name.err"
  echo "exit $code" >>"$out/$name.err"
}

echo "adapters" >&2
for adapter in Tests/Fixtures/adapters/*/; do
  name=$(basename "$adapter")
  say "adapters/$name.inspect" "$binary" inspect "$adapter" --json
  say "adapters/$name.analyze" "$binary" analyze "$adapter" --jobs 2 --no-cache --out "$out/adapters/$name"
done

echo "runs of TRL" >&2
say trl/inspect "$binary" inspect notebooks-data/tiny-qwen2-grpo/runs
say trl/analyze "$binary" analyze notebooks-data/tiny-qwen2-grpo/runs --jobs 2 --out "$out/trl/report"
say trl/cached "$binary" analyze notebooks-data/tiny-qwen2-grpo/runs/pissa --jobs 1 --steps last --null-samples 4 \
  --out "$out/trl/cached"
say trl/head "$binary" analyze notebooks-data/tiny-qwen2-grpo/runs/full --base notebooks-data/tiny-qwen2-grpo/base --basis head --out "$out/trl/head"
say trl/compare "$binary" compare notebooks-data/trl-scratchpad/*/ --base notebooks-data/base-scratchpad \
  --jobs 2 --out "$out/trl/comparison"

echo "training" >&2
seconds='s/,?"(step_time|tokens_per_second)":[0-9.e+-]+//g'
base=notebooks-data/base-scratchpad
small=(--base $base --steps 4 --prompts 4 --group 4 --evaluation-problems 16 --evaluate-every 2 --save-every 2 --quiet)
for method in full lora rslora lora-plus lora-fa lora-fa-preconditioned dora adalora miss bat vera ia3 ln-tuning; do
  say "training/$method" "$binary" train "${small[@]}" --adapter $method --out "$work/$method"
done
for start in gaussian orthogonal pissa pissa-fast milora olora rlpo rlmo middle random-residual geora eva corda lora-ga; do
  say "training/$start" "$binary" train "${small[@]}" --adapter $start --out "$work/$start"
done
say training/adalora-pruned "$binary" train "${small[@]}" --adapter adalora --target-rank 4 --out "$work/adalora-pruned"
say training/options "$binary" train "${small[@]}" --dropout 0.05 --sample-with-dropout --targets q_proj v_proj \
  --objective grpo --kl 0.01 --entropy-bonus 0.001 --clip-low 0.1 --clip-high 0.3 --optimizer sgd --schedule cosine \
  --updates-per-rollout 2 --mini-batches 2 --record-rollouts --seed 7 --out "$work/options"
say training/sft "$binary" train "${small[@]}" --objective sft --out "$work/sft"
say training/live "$binary" train --base $base --steps 2 --prompts 4 --group 4 --evaluation-problems 16 --threads 1 \
  --live relative_update_norm,head_share_right --out "$work/live"
cp -r "$work" "$out/runs"
# Elapsed times differ from run to run, and the base is recorded by its absolute path.
find "$out/runs" -name 'run.json' -o -name 'adapter_config.json' | xargs sed -i "s|$root|ROOT|g"
find "$out/runs" \( -name metrics.jsonl -o -name trainer_state.json \) -print0 \
  | xargs -0 sed -i -E "$seconds"
say training/analyze "$binary" analyze "$work" --steps last --jobs 2 --out "$out/training/report"

echo "a study" >&2
cat >"$work/study.toml" <<END
title = "recorded"
base = "$root/$base"
baseline = "lora"
seeds = [0]
[run]
learning-rate = 3e-3
steps = 6
prompts = 4
evaluation-problems = 16
[[arm]]
adapter = ["lora", "pissa", "rslora"]
END
say study/plan "$binary" reproduce --study "$work/study.toml" --plan --out "$out/study/folder"
say study/run "$binary" reproduce --study "$work/study.toml" --jobs 2 --quiet --out "$out/study/folder"
find "$out/study" -type f | xargs sed -i "s|$root|ROOT|g; s|$work|WORK|g; s|$binary|BINARY|g; s|$out|OUT|g"
find "$out/study" \( -name metrics.jsonl -o -name trainer_state.json \) -print0 | xargs -0 sed -i -E "$seconds"

echo "lists" >&2
for list in metrics adapters methods starts objectives tasks counterfactuals claims plots study-plots rank-rules \
  adapter-formats; do
  say "lists/$list" "$binary" list $list
done
for command in analyze inspect train pretrain reproduce compare extract resize convert list doctor; do
  say "help/$command" "$binary" $command --help
done
find "$out" -type f \( -name '*.html' -o -name '*.json' \) | xargs sed -i "s|$work|WORK|g; s|$out|OUT|g; s|$root|ROOT|g"

#!/usr/bin/env bash
# The benchmark of docs/benchmarks.md: a real 270M model against a perturbed copy, beside the PyTorch loop.
# Needs a Python with torch, transformers, safetensors, gguf and the model's package (see
# Benchmarks/python/README.md); PYTHON names it, WORK is where the two models are kept (about 1.1 GB).
set -euo pipefail
cd "$(dirname "$0")/python"
PYTHON=${PYTHON:-python3}
WORK=${WORK:-${TMPDIR:-/tmp}/sigmascope-benchmark}
[ -e "$WORK/base/model.safetensors" ] || "$PYTHON" gemma_to_safetensors.py "$WORK/base"
[ -e "$WORK/tuned/model.safetensors" ] || "$PYTHON" perturb.py "$WORK/base" "$WORK/tuned"
for threads in 1 2; do
  "$PYTHON" compare_analyze.py "$WORK/base" "$WORK/tuned" --threads "$threads" --rounds "${ROUNDS:-5}"
done

#!/bin/bash
# Shares of an analysis under a real Slurm of four pretended nodes: the bytes of one process, also after kills.
#   Tests/Cluster/check.sh SIGMASCOPE        (as root; with a program built with --traits MPI, MPI too)
set -eu
program=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
demo=$here/../../notebooks-data/tiny-qwen2-grpo
folder=$(mktemp -d)
trap '"$here/slurm-here.sh" stop "$folder/slurm"; rm -rf "$folder"' EXIT
cd "$folder"
"$here/slurm-here.sh" start "$folder/slurm" 4
export SLURM_CONF=$folder/slurm/slurm.conf
# One kernel of OpenBLAS on all nodes.
export OPENBLAS_CORETYPE=${OPENBLAS_CORETYPE:-Haswell} OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

# The samples make the work long enough to be disturbed.
analyze="$program analyze $demo/runs --base $demo/base --no-cache --null-samples 40 --jobs 1"

# Compares the report of a folder with that of one process, but for the command line that it holds.
same() {
  python3 - whole "$1" <<'PYTHON'
import json, pathlib, sys

def report(name):
    found = [p for p in pathlib.Path(name).rglob("*") if p.is_file() and not p.name.startswith(".")]
    files = {str(p.relative_to(name)): p.read_bytes() for p in found}
    summary = json.loads(files["summary.json"])
    command = " ".join(summary.pop("command"))
    files["summary.json"] = json.dumps(summary)
    files["report.html"] = files["report.html"].replace(command.encode(), b"")
    return files

one, other = map(report, sys.argv[1:])
different = [name for name in one.keys() | other.keys() if one.get(name) != other.get(name)]
sys.exit(f"differs from one process: {different}" if different else 0)
PYTHON
  echo "$1: the bytes of one process"
}

# The results in all journals of a folder, by key: none may be there twice.
nothing_twice() {
  [ -z "$(tail -q -n +2 "$1".partial/*.jsonl | cut -d ' ' -f 2 | sort | uniq -d)" ] ||
    { echo "$1: a result is there twice"; exit 1; }
}

lines() { cat "$1".partial/*.jsonl 2> /dev/null | wc -l; }

# Waits until the journals have some lines, and then a moment that nobody chose.
wait_for_lines() {
  while [ "$(lines "$1")" -lt "$2" ]; do sleep 0.02; done
  sleep "0.$((RANDOM % 4))"
}

declare -f nothing_twice > functions
$analyze --quiet --out whole

# An array, and the merge after it.
array=$(sbatch --parsable --array=0-7 --output=array-%a.log \
  --wrap "$analyze --quiet --out array --shard \$SLURM_ARRAY_TASK_ID/8")
sbatch --wait --dependency=afterany:"$array" --output=merge.log \
  --wrap "(. $folder/functions; nothing_twice array) && $analyze --out array --resume" > /dev/null
grep -q "were done before" merge.log
same array

# A node dies with what runs on it; the merge does the rest.
array=$(sbatch --parsable --no-requeue --array=0-7 --output=node-%a.log \
  --wrap "$analyze --quiet --out node --shard \$SLURM_ARRAY_TASK_ID/8")
wait_for_lines node 40
kill -9 "$(cat slurm/run/slurmd-n2.pid)"
for id in $(squeue -h -w n2 -o %A); do
  for pid in $(pgrep -f "$program analyze"); do
    grep -qz "^SLURM_JOB_ID=$id\$" "/proc/$pid/environ" 2> /dev/null && kill -9 "$pid"
  done
done
scontrol update nodename=n2 state=down reason=test
sbatch --wait --dependency=afterany:"$array" --output=node-merge.log \
  --wrap "(. $folder/functions; nothing_twice node) && $analyze --out node --resume" > /dev/null
same node
unshare --uts bash -c "hostname n2 && exec slurmd -c -N n2"
scontrol update nodename=n2 state=resume 2> /dev/null || true

if $program analyze --mpi nowhere 2>&1 | grep -q "built with MPI"; then
  echo "no MPI in this program"
  exit
fi
for _ in $(seq 100); do [ "$(sinfo -h -t idle -o %D)" = 4 ] && break; sleep 0.1; done

# Four ranks on four nodes.
srun -N4 -n4 --mpi=pmix $analyze --quiet --out ranks --mpi
same ranks

# A rank dies at a moment that nobody chose; the step ends, and goes on when it is started again.
for victim in 0 $((1 + RANDOM % 3)); do
  out=killed-$victim
  srun -N4 -n4 --mpi=pmix --kill-on-bad-exit=1 $analyze --quiet --out "$out" --mpi 2> /dev/null &
  wait_for_lines "$out" 40
  for pid in $(pgrep -f "$program analyze.*--out $out"); do
    grep -qz "^SLURM_PROCID=$victim\$" "/proc/$pid/environ" 2> /dev/null && kill -9 "$pid"
  done
  wait $! && { echo "a dead rank went unnoticed"; exit 1; }
  nothing_twice "$out"
  before=$(grep -c '"identity"' "$out.partial/journal.jsonl")
  srun -N4 -n4 --mpi=pmix --kill-on-bad-exit=1 $analyze --out "$out" --mpi --resume 2> "$out.log"
  kept=$(sed -n 's/^\([0-9]*\) of [0-9]* matrices were done before$/\1/p' "$out.log")
  echo "rank $victim died after $before results; $kept were not done again"
  same "$out"
done

# A launcher of another MPI starts ranks that believe they are alone.
if srun -n2 --mpi=none $analyze --quiet --out lonely --mpi 2> lonely.log; then
  echo "lonely ranks went unnoticed"
  exit 1
fi
[ ! -e lonely ]
echo "all is well"

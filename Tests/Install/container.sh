#!/usr/bin/env bash
# Tries the second stage of the Containerfile, in which the program runs, with an installation that was staged before:
#
#   Tests/Install/container.sh .build/staged [SUITE [MIRROR]]
#
# The Debian below it is made here by debootstrap, if it was not before, so no image is loaded. Needs root, podman, debootstrap
# and a network. (The first stage is `make staged` in an image with Swift.) On a machine that is a sandbox itself podman may
# need options: ENGINE='podman --runtime runc', RUN='--ulimit nofile=1024:1024', BUILD='--isolation chroot'.
set -euo pipefail
staged=$(realpath "$1")
suite=${2:-bookworm}
root=$(cd "$(dirname "$0")/../.." && pwd)
read -ra engine <<<"${ENGINE:-podman}"
read -ra run <<<"${RUN:-}"
read -ra build <<<"${BUILD:-}"
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT

if ! "${engine[@]}" image exists "sigmascope-$suite"; then
  debootstrap --variant=minbase "$suite" "$work/debian" ${3:+"$3"} >/dev/null
  tar -C "$work/debian" -cf - . | "${engine[@]}" import --quiet - "sigmascope-$suite" >/dev/null
fi
mkdir -p "$work/context/.build" "$work/mount"
cp -r "$staged" "$work/context/.build/staged"
# The file without its first stage.
sed -e '/^FROM ${SWIFT}/,/^RUN make staged/d' -e 's,--from=build /source/,,' "$root/Containerfile" >"$work/Containerfile"
"${engine[@]}" build --quiet --network host "${build[@]}" --build-arg "DEBIAN=sigmascope-$suite" \
  -f "$work/Containerfile" -t sigmascope "$work/context"

inside() { "${engine[@]}" run --rm --network none "${run[@]}" -v "$work/mount:/work" sigmascope "$@"; }
inside doctor
# The demo, with one of its three seeds.
inside reproduce --seeds 0 --out study 2>&1 | tail -n 5
inside analyze study/runs/lora-lr3e-3-seed0 --quiet
[ -s "$work/mount/study/report/report.html" ] && [ -s "$work/mount/sigmascope-report/report.html" ]
echo "the container runs the demo (one seed)"

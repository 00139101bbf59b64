#!/usr/bin/env bash
# What the library writes as FHIR, by three validators that are not ours:
#   tests/fhir/run.sh PYTHON     (a Python that has the package)
# Needs Maven with a JDK 17 and Node 18 or later with npm; downloads the validators.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$root/tests/fhir
work=$root/build/fhir
python=${1:-python3}
passed=0 failed=0

count() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "$name: failed"
  fi
}

with_hapi() {
  mkdir -p "$work/maven"
  cp "$here/pom.xml" "$here/Validate.java" "$work/maven"
  mvn -q -B -f "$work/maven/pom.xml" compile exec:java "-Dexec.args=$work/resources"
}

with_npm() {
  mkdir -p "$work/npm"
  cp "$here/package.json" "$here/validate.mjs" "$work/npm"
  (cd "$work/npm" && npm install --silent --no-audit --no-fund --no-package-lock &&
    node validate.mjs "$work/resources")
}

"$python" "$here/make.py" "$work/resources"
count hapi with_hapi
count npm with_npm
printf 'fhir validators: %d passed, %d failed\n' "$passed" "$failed"
((failed == 0))

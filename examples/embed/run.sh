#!/usr/bin/env bash
# Builds the programs of this folder whose compilers are here, and compares what they print,
# byte for byte, with what the one in C prints. The others are held to the header: they name
# no function that it does not have.
#
# usage: run.sh LIBRARY      librelapse_c.so
# Rust, Go, Node with npm (which fetches koffi); what is missing is named and not run.
set -euo pipefail
library=$(realpath "$1")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
check_ins=$root/examples/data/check_ins.jsonl
passed=0 failed=0 missing=0
folder=$(dirname "$library")
export LD_LIBRARY_PATH=$folder

same() {
  if "${@:2}" >"$work/$1.out" && cmp "$work/c.out" "$work/$1.out"; then
    passed=$((passed + 1))
    echo "$1: the same bytes"
  else
    failed=$((failed + 1))
    echo "$1: FAILED"
  fi
}

has() {
  command -v "$1" >/dev/null && return
  missing=$((missing + 1))
  echo "$1 is not here: not run"
  return 1
}

in_go() {
  mkdir -p "$work/go"
  cp "$here/follow.go" "$work/go"
  (cd "$work/go" && CGO_CFLAGS=-I$root/include CGO_LDFLAGS="-L$folder -lrelapse_c" \
    GOCACHE=$work/go-cache go build -o "$work/follow_go" follow.go)
  "$work/follow_go" "$check_ins"
}

in_rust() {
  rustc -O --edition 2021 "$here/follow.rs" -L "$folder" -l relapse_c -o "$work/follow_rust"
  "$work/follow_rust" "$check_ins"
}

in_node() {
  mkdir -p "$work/node"
  cp "$here/follow.mjs" "$work/node"
  (cd "$work/node" && npm install --silent --no-audit --no-fund --no-package-lock koffi@2.9.0 >&2)
  node "$work/node/follow.mjs" "$library" "$check_ins"
}

"${CC:-cc}" -std=c99 -pedantic-errors -Wall -Wextra -Werror "-I$root/include" \
  "$here/follow.c" -o "$work/follow_c" "-L$folder" -lrelapse_c
"$work/follow_c" "$check_ins" >"$work/c.out"
(($(wc -l <"$work/c.out") == $(wc -l <"$check_ins")))
if has rustc; then same rust in_rust; fi
if has go; then same go in_go; fi
if has npm; then same node in_node; fi

for program in "$here"/*.{swift,dart,cs}; do
  unknown=$(grep -oE 'relapse_[a-z]+_[a-z_]+' "$program" | sort -u |
    grep -vxFf <(grep -oE 'relapse_[a-z_]+' "$root/include/relapse/c/relapse.h" | sort -u) || true)
  if [[ -z $unknown ]]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "$(basename "$program"): names $unknown, which the header does not have"
  fi
done
echo "embedding: $passed passed, $failed failed, $missing not run"
((failed == 0))

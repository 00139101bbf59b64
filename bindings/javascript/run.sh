#!/usr/bin/env bash
# Builds the package, holds its size, runs its tests, and installs it as users do.
#
# usage: run.sh [LIBRARY]   librelapse_c.so, whose doubles must be the same
#
# Needs Debian's emscripten, node-acorn and libraries' headers, and npm.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
limit=600000 # bytes of gzip -9, with every model, instrument and stage count; the aim is 345000

make -j2
size=$(gzip -9 -c dist/relapse.wasm | wc -c)
loader=$(gzip -9 -c index.js | wc -c)
echo "relapse.wasm: $(wc -c <dist/relapse.wasm) bytes, $size as gzip (at most $limit); loader: $loader"
((size <= limit))

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if (($#)); then
  library=$(realpath "$1")
  cc -std=c99 -I../../include ../../examples/embed/follow.c "$library" -o "$work/follow"
  LD_LIBRARY_PATH=$(dirname "$library") RELAPSE_INSTRUCTION_SET=plain "$work/follow" \
    ../../examples/data/check_ins.jsonl >"$work/native.jsonl"
  export RELAPSE_NATIVE=$work/native.jsonl
fi
npm test
npm pack --silent --pack-destination "$work" >/dev/null
cp example.mjs test/speed.mjs test/typed.mts "$work"
plan=$(realpath ../../examples/data/plan.json)
check_ins=$(realpath ../../examples/data/check_ins.jsonl)
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ./relapse-wasm-*.tgz typescript@5.9.3 @types/node@20.19.0
npx tsc --noEmit --strict --exactOptionalPropertyTypes --target es2022 --module nodenext typed.mts
node example.mjs "$plan" "$work/person.jsonl"
node example.mjs "$plan" "$work/person.jsonl" >/dev/null
node -e 'require("@relapse/wasm").load().then((relapse) => relapse.model("standard").monitor())'
node speed.mjs "$check_ins"

#!/usr/bin/env bash
# Builds the package, holds its size, runs its tests, and installs it as users do.
# Needs Debian's emscripten, node-acorn and libraries' headers, and npm.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
limit=345000 # bytes of gzip -9, with every model, instrument and stage count

make -j2
size=$(gzip -9 -c dist/relapse.wasm | wc -c)
loader=$(gzip -9 -c index.js | wc -c)
echo "relapse.wasm: $(wc -c <dist/relapse.wasm) bytes, $size as gzip (at most $limit); loader: $loader"
((size <= limit))

npm test

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm pack --silent --pack-destination "$work" >/dev/null
cp example.mjs test/speed.mjs test/typed.ts "$work"
plan=$(realpath ../../examples/data/plan.json)
check_ins=$(realpath ../../examples/data/check_ins.jsonl)
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ./relapse-wasm-*.tgz typescript@5.9.3 @types/node@20.19.0
npx tsc --noEmit --strict --exactOptionalPropertyTypes --target es2022 --module nodenext typed.ts
node example.mjs "$plan" "$work/person.jsonl"
node example.mjs "$plan" "$work/person.jsonl" >/dev/null
node -e 'require("@relapse/wasm").load().then((relapse) => relapse.model("standard").monitor())'
node speed.mjs "$check_ins"
